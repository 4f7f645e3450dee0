"""Mails as the answering mailbox receives them: composed for a test, in the form and with the oddities
of the programs that really write them. Addresses are invented."""
