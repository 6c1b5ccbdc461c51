"""Categories of residents' reports: a word of the city that reports and executors share."""

from citymanager.schema import Choice

CATEGORIES = (
    Choice("improvement", "Благоустройство"),
    Choice("pothole", "Яма"),
    Choice("lighting", "Освещение"),
    Choice("garbage", "Неубранный мусор"),
    Choice("snow", "Неубранный снег"),
    Choice("abandoned_car", "Брошенная машина"),
    Choice("illegal_building", "Незаконное строительство"),
    Choice("earthworks", "Земляные работы"),
    Choice("other", "Прочее"),
)
