"""The store of results: SQLite, private to the user, its schema grown by migrations."""

from .calls import Kept, Keys, Place, Scored, Store
from .filters import CallFilter

__all__ = ["CallFilter", "Kept", "Keys", "Place", "Scored", "Store"]
