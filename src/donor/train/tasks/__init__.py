"""What can be learnt: each task turns documents into examples, and answers into documents."""
