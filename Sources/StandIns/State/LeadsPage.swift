/// The answer with a page of leads, right or wrong as the faults want it. `write` writes one
/// record.
func leadsPage<Record>(
  _ rows: [Record], page: Table<Record>.Page, query: PageQuery, faults: [Fault],
  write: (inout JSONText, Record, Fault.Malformation?) -> Void
) -> Answer {
  var rows = rows[...]
  var cursor = page.next.map { PageQuery.cursor($0) }
  if faults.has(.shortPage) {
    rows = rows.dropLast()
    cursor = nil
  }
  if faults.has(.repeatedPage) { cursor = PageQuery.cursor(query.start) }
  if faults.has(.emptyPage) {
    rows = []
    cursor = PageQuery.cursor(query.start, again: true)
  }
  let wrong = faults.first(.malformedRecord)
  return .json(capacity: 256 + rows.count * 420) { text in
    text.name("leads")
    text.array(rows.enumerated()) { text, row in
      let how = wrong?.index == row.offset ? wrong?.malformation : nil
      switch how {
      case .notAnObject: text.value("not an object")
      case .duplicateID:
        write(&text, row.element, nil)
        write(&text, row.element, .duplicateID)
      default: write(&text, row.element, how)
      }
    }
    text.member("next_cursor", cursor)
    text.member("total_count", page.total)
  }
}

extension JSONText {
  /// The status of a record, or what a malformation makes of it.
  mutating func status(_ status: String, _ wrong: Fault.Malformation?) {
    switch wrong {
    case .missingStatus: break
    case .statusIsNumber: member("status", 5)
    case .unknownStatus: member("status", "zombie")
    case .duplicateID: member("status", status == "lost" ? "leased" : "lost")
    default: member("status", status)
    }
  }
}
