"""Keeps the processes of an installation: started in order, watched, told whether they can work."""
