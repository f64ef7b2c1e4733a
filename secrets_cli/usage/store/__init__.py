"""What was read of logs, remembered: a re-run reads what is new, and a question is a sum over what is known."""
