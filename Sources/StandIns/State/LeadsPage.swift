/// The answer with a page of leads, right or wrong as the faults want it. `write` writes one
/// record.
func leadsPage<Record>(
  _ rows: [Record], page: Table<Record>.Page, query: PageQuery, faults: [Fault],
  write: (inout JSONBody, Record, Fault.Malformation?) -> Void
) -> Answer {
  if faults.has(.endless) { return endlessPage(query, total: page.total) }
  var rows = rows[...]
  var cursor = page.next.map { PageQuery.cursor($0) }
  if faults.has(.shortPage) {
    rows = rows.dropLast()
    cursor = nil
  }
  if faults.has(.repeatedPage) { cursor = PageQuery.cursor(query.start) }
  if faults.has(.nothing) {
    rows = []
    cursor = nil
  }
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
    let isLoose = faults.has(.looseTypes)
    text.member("next_cursor", cursor ?? (isLoose ? "" : nil))
    let total = faults.has(.nothing) ? 0 : page.total
    text.name("total_count")
    text.raw(isLoose ? "\(total).0" : "\(total)")
  }
}

/// A page of the endless ones: records that are in no world, as many as were asked for.
private func endlessPage(_ query: PageQuery, total: Int) -> Answer {
  .json(capacity: 256 + query.limit * 200) { text in
    text.name("leads")
    text.array(query.start..<query.start + query.limit) { text, number in
      text.object {
        let digits = String(number, radix: 16)
        let padded = String(repeating: "0", count: max(0, 12 - digits.count)) + digits
        $0.member("resman_lead_id", "endless-\(number)")
        $0.member("conversation_id", "00000000-0000-4000-8000-\(padded)")
        $0.member("property_id", query.property.map(uuidText))
        $0.member("status", "new")
        $0.member("updated_at", "2026-01-01T00:00:00Z")
      }
    }
    text.member("next_cursor", PageQuery.cursor(query.start + query.limit))
    text.member("total_count", total)
  }
}

extension JSONBody {
  /// The status of a record, or what a malformation makes of it.
  mutating func status(_ status: String, _ wrong: Fault.Malformation?) {
    switch wrong {
    case .missingStatus: break
    case .statusIsNumber: member("status", 5)
    case .unknownStatus: member("status", "zombie")
    case .duplicateID: member("status", status == "lost" ? "leased" : "lost")
    default: member("status", status)
    }
    guard wrong == .oddButValid else { return }
    name("nickname")
    raw(#""Ann \ud83d""#)
    name("huge")
    raw("12345678901234567890123")
    name("next_of_64_bits")
    raw("18446744073709551616")
    name("infinite")
    raw("[1e400]")
  }

  /// The version of a record, or what a malformation makes of it.
  mutating func version(_ version: String, _ wrong: Fault.Malformation?) {
    switch wrong {
    case .missingVersion: break
    case .futureVersion: member("updated_at", "2206-11-20T10:00:00Z")
    case .notJSON:
      name("updated_at")
      raw("NaN")
    default: member("updated_at", version)
    }
  }
}
