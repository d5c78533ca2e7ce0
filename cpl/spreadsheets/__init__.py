"""Reading and writing the spreadsheets in which the industry keeps its lists."""
