import Foundation
import Leads
import Store

/// Which questions are meant: leads by name, or all that fit.
package struct ReviewSelection: Sendable, Equatable {
  /// Ids in ResMan; empty: those that fit the rest.
  package var leads: [String]
  /// A verdict of the rules, or `flapping`.
  package var verdict: String?
  package var property: UUID?
  /// A side's status: a canonical one, its text, or `missing`.
  package var domiq: String?
  package var resman: String?

  package init(
    leads: [String] = [], verdict: String? = nil, property: UUID? = nil, domiq: String? = nil,
    resman: String? = nil
  ) {
    self.leads = leads
    self.verdict = verdict
    self.property = property
    self.domiq = domiq.map(StatusMapping.normalise)
    self.resman = resman.map(StatusMapping.normalise)
  }

  /// Verdicts that a question may have.
  package static let verdicts = Verdict.allCases.map(\.rawValue) + ["flapping"]

  /// True where it selects less than the whole queue.
  package var isNarrowed: Bool {
    !leads.isEmpty || verdict != nil || property != nil || domiq != nil || resman != nil
  }

  /// For messages: `of verdict unbased, where DomIQ says lost`.
  package var description: String {
    var parts: [String] = []
    if let verdict { parts.append("of verdict \(verdict)") }
    if let property { parts.append("at property \(property.uuidString.lowercased())") }
    if let domiq { parts.append("where DomIQ says \(domiq)") }
    if let resman { parts.append("where ResMan says \(resman)") }
    return parts.joined(separator: ", ")
  }
}

/// Why an answer or a selection is refused. Nothing was changed. Exit status 64.
package enum ReviewError: Error, Sendable, Equatable, CustomStringConvertible {
  case unknownVerdict(String)
  case unknownProperty(UUID)
  /// None of these has a question that could be answered.
  case noQuestion(leads: [String])
  case nothingFits(String)
  case untilIsPast(String)
  /// No question about this lead was ever asked.
  case neverAsked(String)

  package var description: String {
    switch self {
    case .unknownVerdict(let verdict):
      "\"\(verdict)\" is not a verdict; use \(ReviewSelection.verdicts.joined(separator: ", "))"
    case .unknownProperty(let property):
      "no property \(property.uuidString.lowercased()) is known"
    case .noQuestion(let leads):
      "no open question for \(leads.joined(separator: ", ")); nothing was answered"
    case .nothingFits(let description): "no open question \(description)"
    case .untilIsPast(let until): "--until \(until) is in the past; nothing was answered"
    case .neverAsked(let lead): "no question about \(lead) is on record"
    }
  }
}

extension ReviewError: CodedError {
  package var errorCode: ErrorCode { .review }
}
