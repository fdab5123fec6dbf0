"""The entry point: language and output first, then the command; errors become one line and an exit status."""

from __future__ import annotations

import gc
import sys

from .errors import CallqaError, UsageError
from .lang import choose_from_arguments, say


def main() -> None:
    """Run the command line. Exit status: 0 done, 1 something failed, 2 the request was wrong, 130 interrupted."""
    # importing makes objects by the hundred thousand, and none of them is garbage: looking for it is a sixth of a
    # short command's time
    gc.set_threshold(100_000)
    arguments = choose_from_arguments(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console in GBK or ASCII must not stop a run
            stream.reconfigure(errors="replace")
    from .cli import app

    try:
        app(args=arguments)
    except CallqaError as error:
        print(say("error: ", "错误：") + str(error), file=sys.stderr)
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
