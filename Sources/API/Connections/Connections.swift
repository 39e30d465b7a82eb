import Foundation
import NIOCore
import Synchronization

/// All open connections, with their owners. A connection that has not yet shown a key counts as a stranger's.
/// Strangers share a small number of places, and each address may use a part of them, so that they cannot use
/// up the places of callers. If no place is free, the connection with the least to lose is closed for the new
/// one, so that a new request and `/health` are always answered.
final class Connections: Sendable {
  /// The owner of a connection.
  enum Owner: Hashable, Sendable {
    /// A connection without a key, by its address.
    case stranger(String)
    /// A caller, by its key.
    case key(UUID)
    /// The sender of webhooks.
    case webhooks

    fileprivate var isStranger: Bool { if case .stranger = self { true } else { false } }
  }

  /// The number of places; together fewer than the files that the process may open.
  struct Places: Sendable, Equatable {
    var strangers = 384
    var ofAnAddress = 192
    var callers = 512
    var ofAKey = 256

    /// The places of a process that may open this many files; with 1,024, the usual limit, the numbers above.
    /// More files give up to 2,048 more places to strangers, so that a new connection's request is read before
    /// a connection has to be closed.
    static func of(files: Int) -> Places {
      var places = Places()
      places.strangers += min(max(0, files - 1024), 2048)
      places.ofAnAddress = places.strangers / 2
      return places
    }
  }

  /// What a connection is doing, in the order in which connections are closed.
  enum Activity: Int, Sendable {
    /// It was sent its last answer, and has time to read it.
    case leaving
    /// It has sent a head and a part of the body.
    case sending
    /// It has not sent a request yet.
    case silent
    /// Its requests were answered, and it may send another one.
    case idle
    /// Its answer is being written.
    case answered
    /// Its request is being processed: it is not closed.
    case worked
  }

  fileprivate struct Entry {
    var channel: any Channel
    var owner: Owner
    var activity = Activity.silent
    /// Increases with every start of an activity; among connections with the same activity the lowest is
    /// closed first.
    var turn: Int
  }

  fileprivate struct State {
    var entries: [ObjectIdentifier: Entry] = [:]
    var turn = 0
  }

  private let places: Places
  private let state = Mutex(State())

  init(places: Places) { self.places = places }

  /// The number of connections, and how many of them are strangers'.
  var counts: (all: Int, strangers: Int) {
    state.withLock { state in
      (state.entries.count, state.entries.values.count { $0.owner.isStranger })
    }
  }

  /// A connection was opened.
  func opened(_ channel: any Channel, from address: String) {
    let victims = state.withLock { state in
      state.turn += 1
      state.entries[ObjectIdentifier(channel)] = Entry(
        channel: channel, owner: .stranger(address), turn: state.turn)
      return state.surplus(of: .stranger(address), places, but: ObjectIdentifier(channel))
    }
    for victim in victims { victim.close(promise: nil) }
  }

  /// A connection was closed.
  func closed(_ channel: any Channel) {
    state.withLock { _ = $0.entries.removeValue(forKey: ObjectIdentifier(channel)) }
  }

  /// A connection begins another activity.
  func now(_ activity: Activity, _ channel: any Channel) {
    state.withLock { state in
      state.turn += 1
      state.entries[ObjectIdentifier(channel)]?.activity = activity
      state.entries[ObjectIdentifier(channel)]?.turn = state.turn
    }
  }

  /// A connection's request has shown its owner.
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
  /// The connection to close because this owner has one more: of the same owner, otherwise of the same kind.
  /// If every candidate has a request in progress, a new stranger's connection is closed itself; a caller's
  /// stays, because the requests of its key are limited.
  fileprivate mutating func surplus(
    of owner: Connections.Owner, _ places: Connections.Places, but newest: ObjectIdentifier
  ) -> [any Channel] {
    let isStranger = owner.isStranger
    var (own, all) = (0, 0)
    var (firstOfOwn, firstOfAll): (ObjectIdentifier?, ObjectIdentifier?)
    var (leastOfOwn, leastOfAll) = ((Int.max, 0), (Int.max, 0))
    // One pass without closures, because it runs for every new connection.
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
