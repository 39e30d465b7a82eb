extension CivilDate {
  /// The week of ISO 8601: it begins on Monday and belongs to the year of its Thursday.
  package var isoWeek: (year: Int64, week: Int64) {
    let day = daysSince1970
    let weekday = ((day + 3) % 7 + 7) % 7
    let thursday = day - weekday + 3
    let year = CivilDate(daysSince1970: thursday).year
    return (year, (thursday - CivilDate(year: year, month: 1, day: 1).daysSince1970) / 7 + 1)
  }
}
