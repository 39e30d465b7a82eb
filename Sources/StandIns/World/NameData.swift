import Foundation
import Leads

/// A property and the parameters of its leads.
struct PropertyModel: Sendable {
  var record: PropertyRecord
  var lifecycles: LifecycleModel
  /// Its share of leads relative to the others.
  var weight: Double
  /// The staff who look after its leads.
  var agents: [(id: String, name: String)]
}

/// Names of places and people, all invented; addresses at example.com, phones 555-01xx.
enum NameData {
  static let places: [(name: String, timezone: String)] = [
    ("Maple & Main", "America/New_York"), ("Cedar Flats", "America/Chicago"),
    ("The Overlook at Mesa", "America/Denver"), ("Harbor Point", "America/Los_Angeles"),
    ("Saguaro Court", "America/Phoenix"), ("Birch Row", "America/Indiana/Indianapolis"),
    ("Plumeria Terrace", "Pacific/Honolulu"), ("Spruce Landing", "America/Anchorage"),
  ]

  static let firstNames = [
    "Ada", "Ben", "Chloe", "Dev", "Elena", "Farid", "Grace", "Hugo", "Imani", "Jonas", "Keiko",
    "Liam", "Maya", "Noor", "Omar", "Priya", "Quinn", "Rosa", "Sven", "Tara", "Uma", "Viktor",
    "Wen", "Ximena", "Yusuf", "Zoë",
  ]

  static let lastNames = [
    "Abbott", "Brandt", "Castillo", "Dubois", "Ekström", "Fischer", "García", "Haddad", "Ito",
    "Jensen", "Kowalski", "Lindqvist", "Moreau", "Novak", "O'Brien", "Park", "Quist", "Rossi",
    "Sato", "Tanaka", "Ueda", "Vargas", "Walsh", "Xu", "Young", "Zeller",
  ]

  /// This many properties, each slightly different.
  static func sites(_ count: Int, now: Int64, _ random: inout SplitMix) -> [PropertyModel] {
    (0..<max(1, count)).map { index in
      let place = places[index % places.count]
      let name = index < places.count ? place.name : "\(place.name) \(index / places.count + 1)"
      let date = Date(timeIntervalSince1970: Double(now) / 1_000_000)
      let offset = TimeZone(identifier: place.timezone)?.secondsFromGMT(for: date) ?? 0
      return PropertyModel(
        record: PropertyRecord(id: random.uuid(), name: name, timezone: place.timezone),
        lifecycles: LifecycleModel(
          luck: 0.75 + 0.6 * random.unit(), slowness: 0.7 + 0.7 * random.unit(),
          offset: Int64(offset)),
        weight: 0.6 + random.unit(), agents: agents(of: index))
    }
  }

  /// Three staff members of a property, the same in every world.
  private static func agents(of property: Int) -> [(id: String, name: String)] {
    (0..<3).map { place in
      let number = property * 3 + place
      let first = firstNames[(number * 7 + 3) % firstNames.count]
      let last = lastNames[(number * 11 + 5) % lastNames.count]
      return ("A-\(101 + number)", "\(first) \(last)")
    }
  }
}

/// A prospect.
struct Person: Sendable {
  var firstName: String
  var lastName: String
  var email: String?
  var phone: String?
  var leadScore: Int?
  var tourDatetime: String?
  var incomeVerification: Bool

  /// A prospect who reached `rank`, with everything that the conditions up to there require, except what
  /// `lack` names.
  init(number: Int, rank: Int, lack: Scenario.Lack, tourAt: Int64, _ random: inout SplitMix) {
    firstName = NameData.firstNames[random.whole(0...25)]
    lastName = NameData.lastNames[random.whole(0...25)]
    let isSerious = rank >= 2
    let hasEmail = random.chance(0.96)
    let hasPhone = random.chance(0.93)
    email = isSerious || hasEmail ? "prospect\(number)@example.com" : nil
    phone = isSerious || hasPhone ? "555-01\(random.whole(10...99))" : nil
    leadScore = isSerious ? random.whole(70...98) : random.whole(18...84)
    tourDatetime = rank >= 3 ? resmanVersion(tourAt - tourAt % (30 * 60 * 1_000_000)) : nil
    incomeVerification = rank >= 4
    switch lack {
    case .nothing: break
    case .score: leadScore = random.whole(41...66)
    case .tourDatetime: tourDatetime = nil
    case .incomeVerification: incomeVerification = false
    }
  }
}
