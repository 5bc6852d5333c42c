"""What administration changes, who has to agree, and the trail it leaves."""
