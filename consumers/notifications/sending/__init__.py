"""What is planned goes out: a row of the ledger enters, a letter leaves, once."""
