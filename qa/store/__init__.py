"""The store of results: SQLite, private to the user, its schema grown by migrations."""

from .calls import Store
from .filters import CallFilter
from .kept import Kept, Keys, Place, Scored

__all__ = ["CallFilter", "Kept", "Keys", "Place", "Scored", "Store"]
