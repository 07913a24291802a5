"""What the archive is called in addresses, whatever its file is called."""

NAME = "pinkslip"
