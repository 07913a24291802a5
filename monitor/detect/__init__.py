"""What an article says: rules, facts and companies, as functions of its text."""
