"""How the sample brand is made: an invented world by day, then the files a person would have downloaded from it.

Nothing here imports the program: the files are an independent check of it.
"""
