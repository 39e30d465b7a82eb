import Synchronization

/// The active faults, and how often each was applied.
package final class FaultInjector: Sendable {
  /// One fault and its counts.
  package struct FaultCount: Codable, Sendable {
    package var fault: Fault
    package var matched: Int
    package var struck: Int
  }

  private struct Slot {
    var standing: FaultCount
    var random: SplitMix
  }

  private let slots = Mutex<[Slot]>([])

  init() {}

  /// Switches these faults on and all others off.
  package func set(_ faults: [Fault]) { slots.withLock { $0 = faults.map(Self.slot) } }

  /// Switches one more fault on.
  package func add(_ fault: Fault) { slots.withLock { $0.append(Self.slot(fault)) } }

  /// Switches all faults off.
  package func clear() { set([]) }

  /// The faults that are on, with their counts.
  package var standings: [FaultCount] { slots.withLock { $0.map(\.standing) } }

  /// The faults that apply to this request, in the order in which they were activated.
  func draw(
    _ system: StandInSystem, _ route: StandInRoute, property: String?, lead: String?
  ) -> [Fault] {
    slots.withLock { slots in
      var struck: [Fault] = []
      for index in slots.indices {
        let fault = slots[index].standing.fault
        guard fault.system == system, fault.route == nil || fault.route == route,
          fault.property == nil || fault.property?.lowercased() == property?.lowercased(),
          fault.lead == nil || fault.lead == lead
        else { continue }
        slots[index].standing.matched += 1
        guard slots[index].standing.matched > fault.skip,
          slots[index].standing.struck < fault.count ?? .max,
          slots[index].random.unit() < fault.probability
        else { continue }
        slots[index].standing.struck += 1
        struck.append(fault)
      }
      return struck
    }
  }

  private static func slot(_ fault: Fault) -> Slot {
    Slot(
      standing: FaultCount(fault: fault, matched: 0, struck: 0),
      random: SplitMix(seed: fault.seed))
  }
}

extension [Fault] {
  /// The first of that kind.
  func first(_ kind: Fault.Kind) -> Fault? { first { $0.kind == kind } }

  /// Whether one of that kind applies.
  func has(_ kind: Fault.Kind) -> Bool { first(kind) != nil }
}
