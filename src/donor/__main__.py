"""`python -m donor`."""

from donor.cli import main

if __name__ == "__main__":
    main()
