"""What must be true of stations and their server, judged from outside: no code is shared with the store or the sync.

`Ledger` writes down what people were told is saved; `Oracle` reads the stations' files and the server's database by SQL
of its own, and says which of the promises I1–I8 is broken.
"""

from oracle.judge import Oracle
from oracle.ledger import Broken, Ledger, Saved

__all__ = ["Broken", "Ledger", "Oracle", "Saved"]
