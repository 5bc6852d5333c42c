"""What is said about a calendar file or a day that cannot be taken, and about one that was."""

from web.language.i18n import mark

DONE = {
    "taken": mark("The file was taken. Each calendar in it has a new version."),
    "put": mark("The day is stored, in a new version of the calendar."),
    "withdrawn": mark("The day is again as its weekday is, in a new version of the calendar."),
}

# By the reasons of `hailong import calendar`, which stand in its report as well.
ROW = {
    "missing": mark("Please fill this in."),
    "not_a_date": mark("This is not a day, such as 2026-10-05."),
    "year_out_of_range": mark("The year lies outside 2000 to 2100."),
    "bad_windows": mark("Write hours like 07:30-11:30 13:00-17:00."),
    "not_allowed": mark("This is none of the words that may stand here."),
    "unknown_zone": mark("There is no such time zone."),
    "differs_within_calendar": mark("The time zone is not that of the rest of the calendar."),
    "never_opens": mark("With this the office would never open."),
    "too_long": mark("This is too long."),
    "wrong_cell_count": mark("The row has more or fewer cells than the first line."),
    "broken_row": mark("The row cannot be read."),
    "outdated": mark("The calendar was changed meanwhile. Please look again."),
    "repeats_identical": mark("The same row stands above already."),
    "repeats_different": mark("Another row above says something else of this day."),
}
FILE = {
    "empty": mark("Please choose a file with something in it."),
    "not_text": mark("This is not a CSV file. Save the table as CSV (UTF-8) and try again."),
    "not_utf8": mark("The file is not in UTF-8. Save the table as CSV (UTF-8) and try again."),
    "utf16": mark("The file is not in UTF-8. Save the table as CSV (UTF-8) and try again."),
    "missing_column": mark("A column is missing: the first line must name those listed here."),
    "duplicate_column": mark("A column stands twice in the first line."),
    "unclosed_quote": mark("A quotation mark is opened and never closed."),
}
