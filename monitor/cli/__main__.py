"""``python -m monitor.cli`` is ``pinkslip``."""

from monitor.cli import main

main()
