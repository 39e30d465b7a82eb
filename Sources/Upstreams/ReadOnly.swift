import Foundation
import Leads

/// ResMan as a source only (`resman.write: none`): whoever sends a change is refused before anything leaves. Plans do not
/// reach this far; it holds for every other caller.
package struct ReadOnlyResMan: ResManAPI, PageSource {
  package let source: any ResManAPI & PageSource

  package init(_ source: any ResManAPI & PageSource) { self.source = source }

  package var horizon: Duration? { source.horizon }

  package func properties() async throws(CallFailure) -> PropertyList {
    try await source.properties()
  }

  package func lead(_ id: String) async -> ReadAnswer { await source.lead(id) }

  package func lead(_ id: String, at property: UUID?) async -> ReadAnswer {
    await source.lead(id, at: property)
  }

  package func history(of id: String, limit: Int) async -> HistoryAnswer {
    await source.history(of: id, limit: limit)
  }

  package func history(of id: String, at property: UUID?, limit: Int) async -> HistoryAnswer {
    await source.history(of: id, at: property, limit: limit)
  }

  package func page(
    property: UUID, updatedSince: Instant?, cursor: String?, limit: Int
  ) async throws(CallFailure) -> [UInt8] {
    try await source.page(
      property: property, updatedSince: updatedSince, cursor: cursor, limit: limit)
  }

  package func update(
    _ change: StatusChange, etag: String?, until: Duration
  ) async -> WriteAnswer {
    .refused(status: 403, reasons: "resman.write is none")
  }
}

/// DomIQ as a source only (`domiq.write: none`).
package struct ReadOnlyDomIQ: DomIQAPI, PageSource {
  let source: any DomIQAPI & PageSource

  package init(_ source: any DomIQAPI & PageSource) { self.source = source }

  package func lead(conversation: UUID) async -> ReadAnswer {
    await source.lead(conversation: conversation)
  }

  package func page(
    property: UUID, updatedSince: Instant?, cursor: String?, limit: Int
  ) async throws(CallFailure) -> [UInt8] {
    try await source.page(
      property: property, updatedSince: updatedSince, cursor: cursor, limit: limit)
  }

  package func send(_ change: StatusChange, until: Duration) async -> WriteAnswer {
    .refused(status: 403, reasons: "domiq.write is none")
  }
}
