import Foundation
import NIOCore
import Synchronization

/// The connections there are, and who has them. Whoever has shown no key yet is a stranger, and
/// strangers share few places, each address a part of them: so they cannot use up what callers need.
/// Where places run out, the connection that has least to lose gives way to the new one, so that a
/// request can always be asked, and `/health` always answers.
final class Connections: Sendable {
  /// Who has a connection.
  enum Owner: Hashable, Sendable {
    /// A stranger, by the address that the connection comes from.
    case stranger(String)
    /// A caller, by its key.
    case key(UUID)
    /// Whoever signs webhooks.
    case webhooks

    fileprivate var isStranger: Bool { if case .stranger = self { true } else { false } }
  }

  /// Places there are; together fewer than the 1,024 files that a process may usually have open.
  struct Places: Sendable {
    var strangers = 384
    var ofAnAddress = 192
    var callers = 512
    var ofAKey = 256
  }

  /// What a connection is doing, in the order in which connections give way.
  enum Activity: Int, Sendable {
    /// It has its last answer, and time to hear it.
    case leaving
    /// It has sent a head and not all of the body.
    case sending
    /// It has not asked anything yet.
    case silent
    /// It has asked and heard, and may ask again.
    case idle
    /// Its answer is being written.
    case answered
    /// Its request is being worked on: it is let alone.
    case worked
  }

  fileprivate struct Entry {
    var channel: any Channel
    var owner: Owner
    var activity = Activity.silent
    /// Grows with every beginning of something: of those that do the same, the lowest gives way.
    var turn: Int
  }

  fileprivate struct State {
    var entries: [ObjectIdentifier: Entry] = [:]
    var turn = 0
  }

  private let places: Places
  private let state = Mutex(State())

  init(places: Places = Places()) { self.places = places }

  /// How many there are, and how many of them strangers have.
  var counts: (all: Int, strangers: Int) {
    state.withLock { state in
      (state.entries.count, state.entries.values.count { $0.owner.isStranger })
    }
  }

  /// A connection was made.
  func opened(_ channel: any Channel, from address: String) {
    let victims = state.withLock { state in
      state.turn += 1
      state.entries[ObjectIdentifier(channel)] = Entry(
        channel: channel, owner: .stranger(address), turn: state.turn)
      return state.surplus(of: .stranger(address), places, but: ObjectIdentifier(channel))
    }
    for victim in victims { victim.close(promise: nil) }
  }

  /// A connection has ended.
  func closed(_ channel: any Channel) {
    state.withLock { _ = $0.entries.removeValue(forKey: ObjectIdentifier(channel)) }
  }

  /// A connection does something else from now on.
  func now(_ activity: Activity, _ channel: any Channel) {
    state.withLock { state in
      state.turn += 1
      state.entries[ObjectIdentifier(channel)]?.activity = activity
      state.entries[ObjectIdentifier(channel)]?.turn = state.turn
    }
  }

  /// A connection's request has shown whose it is.
  func recognise(_ channel: any Channel, as owner: Owner) {
    let id = ObjectIdentifier(channel)
    let victims: [any Channel] = state.withLock { state in
      guard let entry = state.entries[id], entry.owner != owner else { return [] }
      state.entries[id]?.owner = owner
      return state.surplus(of: owner, places, but: id)
    }
    for victim in victims { victim.close(promise: nil) }
  }
}

extension Connections.State {
  /// Who has to give way because this owner has one more: of the owner's own, else of all of its kind.
  /// Where everybody is being worked for, a stranger that has just come goes again itself; a caller
  /// stays, for its requests are bounded by its key's share.
  fileprivate mutating func surplus(
    of owner: Connections.Owner, _ places: Connections.Places, but newest: ObjectIdentifier
  ) -> [any Channel] {
    let isStranger = owner.isStranger
    var (own, all) = (0, 0)
    var (firstOfOwn, firstOfAll): (ObjectIdentifier?, ObjectIdentifier?)
    var (leastOfOwn, leastOfAll) = ((Int.max, 0), (Int.max, 0))
    // One pass without closures: it is made for every connection of a crowd.
    for (id, entry) in entries where entry.owner.isStranger == isStranger {
      let isOwn = entry.owner == owner
      all += 1
      if isOwn { own += 1 }
      if entry.activity == .worked || id == newest { continue }
      let worth = (entry.activity.rawValue, entry.turn)
      if worth < leastOfAll { (leastOfAll, firstOfAll) = (worth, id) }
      if isOwn, worth < leastOfOwn { (leastOfOwn, firstOfOwn) = (worth, id) }
    }
    let isOverOwn = own > (isStranger ? places.ofAnAddress : places.ofAKey)
    guard isOverOwn || all > (isStranger ? places.strangers : places.callers) else { return [] }
    guard let id = (isOverOwn ? firstOfOwn : firstOfAll) ?? (isStranger ? newest : nil) else {
      return []
    }
    return entries.removeValue(forKey: id).map { [$0.channel] } ?? []
  }
}
