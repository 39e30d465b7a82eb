/// What StatusSync writes to one system.
package enum WriteMode: String, Codable, CaseIterable, Sendable {
  /// Every repair that the rules decide on.
  case all
  /// Nothing: the system is only read.
  case none
  /// ResMan's partner interface: events that assert nothing which DomIQ does not hold.
  case careful
  /// DomIQ's database: a status, and only over the one that was read.
  case guarded
}

/// An event of ResMan's partner interface that a change is written as.
package enum PartnerEvent: Sendable, Equatable {
  /// An outbound message of DomIQ, at its own time.
  case contact(at: Instant)
  /// A tour, at its own time.
  case appointment(at: Instant)
  /// The loss; the reason is ResMan's id of it.
  case cancel(reasonID: String, at: Instant)
  /// Takes a loss back, if DomIQ's activity is newer than it; `then` follows where the card without its loss does not show
  /// the status yet, and is null where DomIQ proves no such event.
  indirect case reactivate(activity: Instant?, at: Instant, then: PartnerEvent?)
}

/// A change that the rules or a person decided on, before it is known whether it may be written.
package struct DecidedChange: Sendable, Equatable {
  /// `push` writes to ResMan, `pull` to DomIQ; nothing else writes.
  package var action: Action
  /// The status both sides will mean; null where nothing will change.
  package var target: Status?
  /// What the written system can show of the target; null where it cannot show it.
  package var written: Status?
  /// What the written system shows now; null where that is outside the vocabulary.
  package var shown: Status?

  package init(action: Action, target: Status?, written: Status?, shown: Status?) {
    self.action = action
    self.target = target
    self.written = written
    self.shown = shown
  }
}

/// What DomIQ holds of a lead, as far as a careful write rests on it.
package struct WriteGround: Sendable, Equatable {
  /// DomIQ sent a message beside its greeting (`message_count` of at least 2).
  package var isContacted: Bool
  /// When it sent the last one; null where that is not told.
  package var contactedAt: Instant?
  /// Null where DomIQ has no tour, or its time has no zone.
  package var tour: Instant?
  /// DomIQ's `lost_reason`; null where it tells none.
  package var lostReason: String?
  /// DomIQ's last activity of the lead; null where that is not told.
  package var activity: Instant?
  package var now: Instant

  package init(
    isContacted: Bool, contactedAt: Instant? = nil, tour: Instant? = nil, lostReason: String? = nil,
    activity: Instant? = nil, now: Instant
  ) {
    self.isContacted = isContacted
    self.contactedAt = contactedAt
    self.tour = tour
    self.lostReason = lostReason
    self.activity = activity
    self.now = now
  }
}

/// What becomes of a change.
package enum Ruling: Sendable, Equatable {
  /// It is written, by `careful` as this event. Null: as the kind writes a status, or DomIQ was not asked yet.
  case write(PartnerEvent?)
  /// The system shows it already: it is logged, without a call.
  case nothing
  /// The system is only read: the reason, without a full stop.
  case notWritten(String)
  /// A person has to do it: one sentence that says what.
  case person(String)
}

/// What StatusSync writes to both systems: `resman.write` and `domiq.write`. It stands beside the lenses: the rules decide
/// as they always do, and plan, guard, `explain`, the questions for people and the day ask here what becomes of a change.
package struct Writing: Sendable, Equatable {
  package var resman: WriteMode
  package var domiq: WriteMode
  /// ResMan's ids of reasons for a loss, by DomIQ's `lost_reason` in lower case, and `default` for the others.
  package var lostReasons: [String: String]
  /// DomIQ may notify people of a repair (`policy.notify_on_repair`).
  package var notifies: Bool

  package init(
    resman: WriteMode = .all, domiq: WriteMode = .all, lostReasons: [String: String] = [:],
    notifies: Bool = false
  ) {
    self.resman = resman
    self.domiq = domiq
    self.lostReasons = lostReasons
    self.notifies = notifies
  }

  /// Why a change that the rules decided on is not written, without a full stop; nil where it may be written, or where the
  /// action writes nothing.
  package func refusal(of action: Action) -> String? {
    switch action {
    case .push: resman == .none ? "resman.write is none" : nil
    case .pull: domiq == .none ? "domiq.write is none" : nil
    case .none, .log, .review: nil
    }
  }

  /// ResMan takes events in place of statuses: a push is its last step alone, and the steps before it are neither
  /// written nor logged, for nobody made them.
  package var takesEvents: Bool { resman == .careful }

  /// Whether what DomIQ holds decides on a change.
  package func dependsOnGround(_ change: DecidedChange) -> Bool {
    guard case .write = ruling(of: change, ground: nil) else { return false }
    return change.action == .push && takesEvents
  }

  /// What becomes of a change (docs/rules.md#what-may-be-written).
  /// - Parameter ground: what DomIQ holds; nil: not asked yet, then nothing that depends on it is decided.
  package func ruling(of change: DecidedChange, ground: WriteGround?) -> Ruling {
    if let refusal = refusal(of: change.action) { return .notWritten(refusal) }
    switch change.action {
    case .push where resman == .careful: return careful(change, ground)
    case .pull where domiq == .guarded: return guarded(change)
    case .push, .pull, .none, .log, .review: return .write(nil)
    }
  }

  // MARK: - To ResMan

  private func careful(_ change: DecidedChange, _ ground: WriteGround?) -> Ruling {
    guard let written = change.written else { return .person("Look at the prospect in ResMan.") }
    if change.shown == written { return .nothing }
    guard change.shown != .lost else {
      // Only a person's answer leads out of lost.
      guard let rank = written.rank, rank <= 3 else { return .person(Self.byHand(written)) }
      guard let ground else { return .write(nil) }
      var then: PartnerEvent?
      if case .write(let event) = event(written, ground) { then = event }
      return .write(.reactivate(activity: ground.activity, at: ground.now, then: then))
    }
    if let shown = change.shown?.rank, let rank = written.rank, rank < shown {
      return .person(Self.backwards(from: change.shown ?? written, to: written))
    }
    guard let ground else {
      switch written {
      case .contacted, .tourScheduled: return .write(nil)
      case .lost where !lostReasons.isEmpty: return .write(nil)
      default: break
      }
      return event(written, WriteGround(isContacted: false, now: Instant(microseconds: 0)))
    }
    return event(written, ground)
  }

  /// The event that makes ResMan show a status.
  private func event(_ status: Status, _ ground: WriteGround) -> Ruling {
    switch status {
    case .contacted:
      guard ground.isContacted else {
        return .person(
          "DomIQ sent no message but its greeting: contact the prospect, and enter the contact in "
            + "ResMan.")
      }
      return .write(
        .contact(at: min(ground.contactedAt ?? ground.activity ?? ground.now, ground.now)))
    case .tourScheduled:
      guard let tour = ground.tour, tour > ground.now else {
        return .person(
          "DomIQ has no tour time in the future: ask for the time, and enter the appointment in "
            + "ResMan.")
      }
      return .write(.appointment(at: tour))
    case .lost:
      let reason = ground.lostReason.map { $0.lowercased() }
      guard let id = reason.flatMap({ lostReasons[$0] }) ?? lostReasons["default"] else {
        return .person(
          "No reason of ResMan is mapped for this loss: set the prospect to lost in ResMan, or map "
            + "the reason in resman.lost_reasons.")
      }
      return .write(.cancel(reasonID: id, at: ground.now))
    case .new, .qualified, .application, .leased: return .person(Self.byHand(status))
    }
  }

  private static func byHand(_ status: Status) -> String {
    switch status {
    case .application: "StatusSync writes no application: enter it in ResMan."
    case .leased: "StatusSync writes no lease: enter it in ResMan."
    default: "StatusSync cannot write \(status.rawValue): set the prospect to it in ResMan."
    }
  }

  private static func backwards(from shown: Status, to status: Status) -> String {
    switch shown {
    case .tourScheduled:
      "An appointment cannot be taken back by StatusSync: if the tour is off, cancel it in ResMan."
    case .application, .leased:
      "StatusSync takes no \(shown == .leased ? "lease" : "application") back: if it is off, "
        + "end it in ResMan."
    default:
      "StatusSync does not move a prospect back to \(status.rawValue): if that is right, change "
        + "it in ResMan."
    }
  }

  /// What a person has to do in ResMan where the rules ask about a lead; nil where this way of writing says nothing more.
  package func advice(_ verdict: Verdict, domiq: Status?, resman: Status?) -> String? {
    guard self.resman == .careful, let domiq, let resman, domiq != resman else { return nil }
    guard [.domiqRegressed, .domiqAhead, .conflict, .unbased, .phantom].contains(verdict) else {
      return nil
    }
    if resman == .lost {
      return "StatusSync reopens no prospect by itself: answer push to reactivate it in ResMan, "
        + "if DomIQ's last activity is newer than the loss."
    }
    if let shown = resman.rank, let rank = domiq.rank, rank < shown {
      return Self.backwards(from: resman, to: domiq)
    }
    guard
      case .person(let sentence) = ruling(
        of: DecidedChange(action: .push, target: domiq, written: domiq, shown: resman), ground: nil)
    else { return nil }
    return sentence
  }

  // MARK: - To DomIQ

  private func guarded(_ change: DecidedChange) -> Ruling {
    guard let written = change.written else {
      let name = change.target?.rawValue ?? "it"
      return .person("DomIQ's database has no word for \(name): look at the chat in DomIQ.")
    }
    if change.shown == written { return .nothing }
    switch written {
    case .contacted, .tourScheduled: return .write(nil)
    case .qualified where notifies: return .write(nil)
    case .qualified:
      return .person(
        "DomIQ notifies people of a status qualified, and policy.notify_on_repair is false: set "
          + "the chat to qualified in DomIQ.")
    case .new:
      return .person(
        "A chat that has messages shows as contacted, so that new cannot be written: look at the "
          + "chat in DomIQ.")
    case .application, .leased, .lost:
      return .person(
        "DomIQ's database has no word for \(written.rawValue): look at the chat in DomIQ.")
    }
  }
}
