/// What ResMan's partner interface shows of one prospect: the state of v2 and the events of v1.
package struct PartnerCard: Sendable, Equatable {
  package struct Event: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
      case cancel, reactivate, leaseSign, application
      /// An appointment, or that somebody came.
      case tour
      /// An outbound message or call.
      case contact
    }

    package var kind: Kind
    /// Nil where its date cannot be read.
    package var time: VendorTime?

    package init(_ kind: Kind, time: VendorTime?) {
      self.kind = kind
      self.time = time
    }
  }

  /// v2's status as received.
  package var status: String
  /// v1's Types as received, the main person's first.
  package var types: [String]
  /// It has a date of loss; its time is nil where the date cannot be read.
  package var isLostDated: Bool
  package var lostAt: VendorTime?
  /// The lease's status as received; nil where there is no lease.
  package var leaseStatus: String?
  package var isLeaseSigned: Bool
  /// The communication log has an outbound contact.
  package var isContacted: Bool
  package var events: [Event]

  package init(
    status: String, types: [String] = [], isLostDated: Bool = false, lostAt: VendorTime? = nil,
    leaseStatus: String? = nil, isLeaseSigned: Bool = false, isContacted: Bool = false,
    events: [Event] = []
  ) {
    self.status = status
    self.types = types
    self.isLostDated = isLostDated
    self.lostAt = lostAt
    self.leaseStatus = leaseStatus
    self.isLeaseSigned = isLeaseSigned
    self.isContacted = isContacted
    self.events = events
  }
}

extension PartnerCard.Event.Kind {
  /// By v1's EventType in any letter case; nil for one that proves no status.
  /// - Parameter appointment: what an installation calls the event of an appointment.
  package init?(eventType: String, appointment: String = "Appointment") {
    switch eventType.lowercased() {
    case appointment.lowercased(): self = .tour
    case "cancel": self = .cancel
    case "reactivate": self = .reactivate
    case "leasesign": self = .leaseSign
    case "application": self = .application
    case "appointment", "show": self = .tour
    case "emailtoprospect", "calltoprospect", "texttoprospect": self = .contact
    default: return nil
    }
  }
}

/// What proves the status of a prospect in the partner interface; its text is the lead's status as received.
package enum PartnerEvidence: String, CaseIterable, Sendable {
  case lost = "Lost"
  /// A loss and a reactivation whose order cannot be told, or a card that says it is lost after one.
  case lostPerhapsReactivated = "Lost, perhaps reactivated"
  case leaseSigned = "Lease signed"
  case resident = "Resident"
  case applicant = "Applicant"
  case deniedWithAppointment = "Applicant denied, with an appointment"
  case denied = "Applicant denied"
  case appointment = "Appointment"
  case contact = "Contact"
  case prospect = "Prospect"

  /// The canonical status.
  package var status: Status {
    switch self {
    case .lost, .lostPerhapsReactivated: .lost
    case .leaseSigned, .resident: .leased
    case .applicant: .application
    case .appointment, .deniedWithAppointment: .tourScheduled
    case .denied, .contact: .contacted
    case .prospect: .new
    }
  }
}

extension PartnerCard {
  /// What the card proves.
  package enum Finding: Sendable, Equatable {
    case proven(PartnerEvidence)
    /// A status or Type outside those that are known, as text: never taken for another.
    case unknown(String)

    /// The lead's status as received.
    package var raw: String {
      switch self {
      case .proven(let evidence): evidence.rawValue
      case .unknown(let text): text
      }
    }
  }

  private enum State: String, CaseIterable { case prospect, lost, applicant, resident }

  /// The first evidence that holds, in the order of docs/rules.md#evidence-of-the-partner-interface.
  package var finding: Finding {
    guard let state = State(rawValue: StatusMapping.normalise(status)) else {
      return .unknown("status \(status)")
    }
    var types: [State] = []
    for type in self.types {
      let name = StatusMapping.normalise(type)
      guard let known = State(rawValue: name == "current_resident" ? "resident" : name) else {
        return .unknown(name.isEmpty ? "no Type" : "Type \(type)")
      }
      types.append(known)
    }
    if let loss = loss(isLostNow: state == .lost || types.first == .lost) { return .proven(loss) }
    let lease = leaseStatus.map(StatusMapping.normalise)
    let isLease = lease != "cancelled" && lease != "denied"
    if isLease, isLeaseSigned || has(.leaseSign) { return .proven(.leaseSigned) }
    if state == .resident || types.contains(.resident) { return .proven(.resident) }
    if state == .applicant || types.contains(.applicant) || lease == "pending" || has(.application)
    {
      guard lease == "denied" else { return .proven(.applicant) }
      return .proven(has(.tour) ? .deniedWithAppointment : .denied)
    }
    if has(.tour) { return .proven(.appointment) }
    if isContacted || has(.contact) { return .proven(.contact) }
    return .proven(.prospect)
  }

  private func has(_ kind: Event.Kind) -> Bool { events.contains { $0.kind == kind } }

  /// Lost, unless it was reactivated later than every loss that has a time. An order that the times do not tell is no
  /// reactivation.
  private func loss(isLostNow: Bool) -> PartnerEvidence? {
    let cancels = events.filter { $0.kind == .cancel }
    guard isLostNow || isLostDated || !cancels.isEmpty else { return nil }
    let reactivations = events.filter { $0.kind == .reactivate }
    guard !reactivations.isEmpty else { return .lost }
    let losses = cancels.map(\.time) + (isLostDated ? [lostAt] : [])
    let times = losses.compactMap { $0 }
    guard times.count == losses.count, let last = times.map(\.latest).max(),
      let first = times.map(\.earliest).max(),
      let again = reactivations.compactMap(\.time).max(by: { $0.earliest < $1.earliest })
    else { return .lostPerhapsReactivated }
    if again.earliest > last { return isLostNow ? .lostPerhapsReactivated : nil }
    return again.latest < first ? .lost : .lostPerhapsReactivated
  }
}

extension PartnerCard {
  /// When it was lost last, as late as its dates allow; nil where it was not, or no date can be read.
  package var lostSince: Instant? {
    let cancels = events.filter { $0.kind == .cancel }.map(\.time)
    return (cancels + [lostAt]).compactMap { $0?.latest }.max()
  }

  /// The same card without its loss: what it shows once it is reactivated.
  package var reopened: PartnerCard {
    var card = self
    card.isLostDated = false
    card.lostAt = nil
    card.events.removeAll { $0.kind == .cancel }
    if StatusMapping.normalise(status) == "lost" { card.status = "Prospect" }
    card.types = types.map { StatusMapping.normalise($0) == "lost" ? "prospect" : $0 }
    return card
  }

  /// The events that bring a lost card to a status, in their order, or the sentence of why not.
  /// - Parameters:
  ///   - activity: DomIQ's last one.
  ///   - then: the event that proves the status, where DomIQ holds it.
  package func reopening(
    to status: Status, activity: Instant?, at now: Instant, then: PartnerEvent?
  ) -> Result<[PartnerEvent], ReopeningRefusal> {
    guard let activity, let lost = lostSince, activity > lost else {
      return .failure(
        ReopeningRefusal(
          text: "DomIQ's last activity is not newer than the loss; reactivate the prospect in "
            + "ResMan if that is right"))
    }
    let again = PartnerEvent.reactivate(activity: activity, at: now, then: nil)
    guard case .proven(let evidence) = reopened.finding else {
      return .failure(ReopeningRefusal(text: "the prospect has a status that is not known"))
    }
    if evidence.status == status { return .success([again]) }
    guard let then, let open = evidence.status.rank, let rank = status.rank, open < rank else {
      return .failure(
        ReopeningRefusal(
          text: "without its loss ResMan would show \(evidence.status.rawValue) and not "
            + "\(status.rawValue); reactivate the prospect in ResMan and set it there"))
    }
    return .success([again, then])
  }
}

/// Why a lost prospect is not reactivated.
package struct ReopeningRefusal: Error, Sendable, Equatable {
  /// For people, without a full stop.
  package let text: String

  package init(text: String) { self.text = text }
}
