import Leads
import Pulls
import Upstreams

extension NightlyJob {
  /// Stage 3: links what no id connects, then reads both systems into staging; the run ends if a whole system gives
  /// nothing.
  /// - Parameter isPlan: links are not made, they count for this pull alone.
  func pull(
    full: Bool, isPlan: Bool = false, _ summary: inout RunSummary
  ) async throws -> PullSummary {
    var links: LinkFigures?
    let pull = try await timed(.pull, &summary) {
      let list: PropertyList
      do throws(CallFailure) {
        list = try await parts.resman.properties()
      } catch {
        throw PullError(system: .resman, failure: error)
      }
      links = try await link(list, mode: isPlan ? .plan : .run)
      return try await Pull(
        resman: parts.resman, domiq: parts.domiq, connect: parts.connect, settings: settings,
        mapping: mapping, clock: parts.clock, startedAt: startedAt, deadline: deadline,
        progress: { parts.progress(.advanced(stage: Nightly.Stage.pull.rawValue, by: $0)) }
      ).run(list, full: full)
    }
    summary.pull = pull.figures
    summary.links = links
    return pull
  }
}

extension PullSummary {
  /// The figures of run.json.
  package var figures: PullFigures {
    var records: [String: Int] = [:]
    for pulled in properties { records[pulled.system.rawValue, default: 0] += pulled.records }
    return PullFigures(
      properties: Set(properties.map(\.propertyID)).count, propertyFaults: faults, records: records,
      quarantined: properties.reduce(0) { $0 + $1.quarantined },
      withoutLead: properties.reduce(0) { $0 + $1.withoutLead },
      withoutID: properties.reduce(0) { $0 + $1.withoutID },
      futureVersions: properties.reduce(0) { $0 + $1.futureVersions },
      duplicateConversations: 0,
      incomplete: properties.compactMap { pulled in
        pulled.reason.map {
          IncompletePull(
            system: pulled.system.rawValue, propertyID: pulled.propertyID, reason: $0)
        }
      })
  }
}
