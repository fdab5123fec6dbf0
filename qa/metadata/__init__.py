"""What is known of a call besides its audio: file-name pattern, imported tables, `X.meta.json`; later ones win."""

from .contradictions import contradictions
from .encodings import decoded
from .facts import CallMetadata, Problem, Record
from .gather import completed, gather, of_pipe
from .headings import Headings, from_mapping
from .matching import Book, MetadataTable
from .names import check_patterns, from_name
from .records import read_records, read_table
from .sidecars import read_sidecar, sidecar_of

__all__ = [
    "Book",
    "CallMetadata",
    "Headings",
    "MetadataTable",
    "Problem",
    "Record",
    "check_patterns",
    "completed",
    "contradictions",
    "decoded",
    "from_mapping",
    "from_name",
    "gather",
    "of_pipe",
    "read_records",
    "read_sidecar",
    "read_table",
    "sidecar_of",
]
