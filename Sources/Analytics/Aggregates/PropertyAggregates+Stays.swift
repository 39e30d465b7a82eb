import Leads
import Postgres
import Statistics

extension PropertyAggregates {
  /// Counts one lead.
  mutating func count(
    _ leadStays: LeadStays, _ rules: WindowAggregates.Rules, _ days: LocalDays
  ) {
    for index in leadStays.stays.indices {
      countEntry(of: leadStays, at: index, rules, days)
      countDuration(of: leadStays, at: index, rules)
    }
    for at in leadStays.noopAt where rules.period.current.contains(at) { changes.noop += 1 }
    guard let createdAt = leadStays.createdAt else { return }
    countCohort(leadStays, createdAt, rules, days)
    countAnswer(leadStays, createdAt, rules, days)
    if rules.period.current.contains(createdAt) { countConversion(leadStays, createdAt, rules) }
  }
}

// MARK: - Changes

extension PropertyAggregates {
  private mutating func countEntry(
    of leadStays: LeadStays, at index: Int, _ rules: WindowAggregates.Rules, _ days: LocalDays
  ) {
    let stay = leadStays.stays[index]
    guard let enteredAt = stay.enteredAt else { return }
    let isCreation = index == 0
    if rules.period.previous.contains(enteredAt) {
      if isCreation { before.creations += 1 } else { before.changes += 1 }
    }
    guard enteredAt > rules.period.current.start - 26 * hour, enteredAt <= rules.period.current.asOf
    else { return }
    let day = days.day(of: enteredAt, zone: zone)
    countFlow(from: isCreation ? nil : leadStays.stays[index - 1].status, to: stay.status, on: day)
    guard rules.period.current.contains(enteredAt) else { return }
    let entry = Entry(direction: stay.kind.direction, updatedBy: stay.kind.updatedBy)
    entries[entry, default: DailyEntries(firstDay: firstDay)].add(isCreation: isCreation, on: day)
    if stay.status > SymbolTable.lost { changes.unknownStatus += 1 }
    guard !isCreation else { return changes.creations += 1 }
    changes.changes += 1
    let from = leadStays.stays[index - 1]
    if SymbolTable.isTerminal(from.status) { changes.reopened += 1 }
    if !stay.kind.isLegal { changes.illegal += 1 }
    if !stay.kind.isContinuous { changes.discontinuous += 1 }
    transitions[Transition(from: from.status, to: stay.status), default: .init()]
      .add(
        isLeadsFirst: !leadStays.hasMade(from.status, stay.status, before: index) { at in
          rules.period.current.contains(at)
        },
        isLegal: stay.kind.isLegal, duration: from.enteredAt.map { enteredAt - $0 })
    if enteredAt <= rules.period.current.asOf - 72 * hour { evaluate(leadStays, index, rules) }
  }

  /// - Parameter from: nil: the lead was created.
  private mutating func countFlow(from: Symbol?, to: Symbol, on day: Int32) {
    guard day >= firstDay else { return }
    let place = Int(day - firstDay)
    func add(_ status: Symbol, _ count: WritableKeyPath<Flow, Int>) {
      while flows.count <= Int(status) { flows.append([]) }
      while flows[Int(status)].count <= place { flows[Int(status)].append(Flow()) }
      flows[Int(status)][place][keyPath: count] += 1
    }
    guard let from else { return add(to, \.created) }
    add(to, \.movedIn)
    add(from, \.movedOut)
  }

  /// A change at least 72 hours old. Corrected: staff made the next change within 72 hours, and the
  /// transition rules do not allow it.
  private mutating func evaluate(
    _ leadStays: LeadStays, _ index: Int, _ rules: WindowAggregates.Rules
  ) {
    let stay = leadStays.stays[index]
    var isCorrected = false
    if index + 1 < leadStays.stays.count, let enteredAt = stay.enteredAt {
      let next = leadStays.stays[index + 1]
      isCorrected =
        next.kind.updatedBy == rules.staff && (next.enteredAt ?? .max) <= enteredAt + 72 * hour
        && !SymbolTable.allows(stay.status, next.status)
    }
    changes.aged += 1
    if stay.kind.isLegal { changes.agedLegal += 1 }
    if stay.kind.isContinuous { changes.agedContinuous += 1 }
    if !isCorrected { changes.agedUncorrected += 1 }
    if stay.kind.isLegal, stay.kind.isContinuous, !isCorrected { changes.agedAccurate += 1 }
  }

  /// How long the stay lasted as seen from its window's instant.
  private mutating func countDuration(
    of leadStays: LeadStays, at index: Int, _ rules: WindowAggregates.Rules
  ) {
    let stay = leadStays.stays[index]
    guard let enteredAt = stay.enteredAt, enteredAt >= rules.period.previous.start,
      !SymbolTable.isTerminal(stay.status)
    else { return }
    let isCurrent = enteredAt >= rules.period.current.start
    let asOf = isCurrent ? rules.period.current.asOf : rules.period.previous.asOf
    guard enteredAt < rules.period.current.end, enteredAt <= asOf else { return }
    let leftAt = leadStays.leftAt(index)
    let hasEnded = leftAt.map { $0 <= asOf } ?? false
    let duration = min(leftAt ?? asOf, asOf) - enteredAt
    stays[stay.status, default: .init()].append(duration, hasEnded, isCurrent)
    if isCurrent, !hasEnded {
      oldestOpen[stay.status] = min(oldestOpen[stay.status] ?? enteredAt, enteredAt)
    }
    guard leadStays.isFirstAsNew(index) else { return }
    answers.append(duration, hasEnded && leadStays.isAnswered, isCurrent)
  }
}

// MARK: - Leads

extension PropertyAggregates {
  /// The highest rank that the lead reached within the funnel window, the steps it was on, and whether
  /// it was lost at the end of it.
  private mutating func countCohort(
    _ leadStays: LeadStays, _ createdAt: Int64, _ rules: WindowAggregates.Rules, _ days: LocalDays
  ) {
    let isCurrent = rules.period.current.contains(createdAt)
    guard isCurrent || rules.period.previous.contains(createdAt) else { return }
    let end = createdAt + rules.period.funnel
    let seen = isCurrent ? end : min(end, rules.period.previous.asOf)
    guard createdAt <= seen else { return }
    var cohort = Cohort(
      isCurrent: isCurrent, createdDay: rules.keepsDays ? days.day(of: createdAt, zone: zone) : nil,
      isMature: isCurrent && end <= rules.period.current.asOf)
    for (index, stay) in leadStays.stays.enumerated() where (stay.enteredAt ?? .min) <= seen {
      if let rank = SymbolTable.rank(stay.status) {
        cohort.highest = max(cohort.highest, rank)
        if isCurrent { cohort.visited |= 1 << rank }
      } else if isCurrent, stay.status == SymbolTable.lost, (leadStays.leftAt(index) ?? .max) > end
      {
        cohort.isLost = true
      }
    }
    cohorts[cohort, default: 0] += 1
  }

  /// From the creation of a lead as new to its first exit to a status with a rank of 1 or more.
  private mutating func countAnswer(
    _ leadStays: LeadStays, _ createdAt: Int64, _ rules: WindowAggregates.Rules, _ days: LocalDays
  ) {
    guard leadStays.isFirstAsNew(0) else { return }
    let answeredAt = leadStays.isAnswered ? leadStays.leftAt(0) : nil
    if createdAt >= rules.period.outliersFrom, createdAt <= rules.period.current.asOf - hour {
      let day = days.day(of: createdAt, zone: zone)
      let isQuick = answeredAt.map { $0 <= createdAt + hour } ?? false
      answeredDays[day, default: .init()].add(isQuick: isQuick)
    }
    let isCurrent = rules.period.current.contains(createdAt)
    guard isCurrent || rules.period.previous.contains(createdAt) else { return }
    let asOf = isCurrent ? rules.period.current.asOf : rules.period.previous.asOf
    let duration = answeredAt.flatMap { $0 <= asOf ? $0 - createdAt : nil }
    let by = leadStays.isAnswered ? leadStays.stays[1].kind.updatedBy : nil
    responses[isCurrent ? 1 : 0].add(
      age: asOf - createdAt, duration: duration,
      by: by == rules.chatbot ? .chatbot : by == rules.staff ? .resmanUser : nil)
  }

  /// The outcome of each status that a lead of the window's cohort entered, and of the lead itself.
  private mutating func countConversion(
    _ leadStays: LeadStays, _ createdAt: Int64, _ rules: WindowAggregates.Rules
  ) {
    let asOf = rules.period.current.asOf
    let isLost = leadStays.stays.last?.status == SymbolTable.lost
    for (index, stay) in leadStays.stays.enumerated() where stay.status < SymbolTable.leased {
      guard let enteredAt = stay.enteredAt else { continue }
      let isFirst = !leadStays.stays[..<index].contains { $0.status == stay.status }
      let time = (leadStays.leftAt(index) ?? asOf) - enteredAt
      conversions[Int(stay.status)].microseconds += time
      guard isFirst else { continue }
      let advancedAt = leadStays.firstEntry(after: index) {
        (SymbolTable.rank($0) ?? -1) > stay.status
      }
      let lostAt = leadStays.firstEntry(after: index) { $0 == SymbolTable.lost }
      conversions[Int(stay.status)].add(isAdvanced: advancedAt != nil, isLost: isLost)
      advances[Int(stay.status)].append(
        from: enteredAt, event: advancedAt, competing: lostAt, until: asOf)
    }
    let lostAt = leadStays.firstEntry(after: -1) { $0 == SymbolTable.lost }
    for (index, curve) in CurveName.allCases.enumerated() {
      let reachedAt = leadStays.firstEntry(after: -1) { (SymbolTable.rank($0) ?? -1) >= curve.rank }
      curves[index].append(from: createdAt, event: reachedAt, competing: lostAt, until: asOf)
    }
  }
}

private let hour: Int64 = 3_600_000_000

extension LeadStays {
  /// When the stay ended; nil while it lasts.
  fileprivate func leftAt(_ index: Int) -> Int64? {
    index + 1 < stays.count ? stays[index + 1].enteredAt : nil
  }

  /// Whether the stay is the creation of the lead as new.
  fileprivate func isFirstAsNew(_ index: Int) -> Bool {
    index == 0 && !isTruncated && stays[0].status == SymbolTable.new
  }

  /// Whether the lead's first stay ended for a status with a rank of 1 or more.
  fileprivate var isAnswered: Bool {
    stays.count > 1 && (SymbolTable.rank(stays[1].status) ?? 0) >= 1
  }

  /// Whether the lead had made this change before, at a time that counts.
  fileprivate func hasMade(
    _ from: Symbol, _ to: Symbol, before index: Int, where counts: (Int64) -> Bool
  ) -> Bool {
    (1..<index).contains {
      stays[$0].status == to && stays[$0 - 1].status == from
        && (stays[$0].enteredAt.map(counts) ?? false)
    }
  }

  /// When the lead first came into such a status after a stay began.
  fileprivate func firstEntry(after index: Int, into isSought: (Symbol) -> Bool) -> Int64? {
    stays[(index + 1)...].first { isSought($0.status) }?.enteredAt
  }
}
