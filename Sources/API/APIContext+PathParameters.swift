import Foundation
import Hummingbird
import Live

/// The variable segments of the endpoint's path, by their names in `Endpoint`.
extension APIContext {
  /// A lead's id.
  func leadID() throws(Problem) -> String {
    let id = try parameter("lead_id")
    guard id.unicodeScalars.count <= Longest.leadID, !Request.isStep(id) else {
      throw Problem(.notFound)
    }
    return id
  }

  /// A UUID; any other text means "not found".
  func id(_ name: String) throws(Problem) -> UUID {
    guard let id = UUID(uuidString: try parameter(name)) else { throw Problem(.notFound) }
    return id
  }

  /// A segment, percent-escapes undone.
  private func parameter(_ name: String) throws(Problem) -> String {
    guard let text = parameters.get(name)?.removingPercentEncoding, !text.isEmpty,
      text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
    else { throw Problem(.notFound) }
    return text
  }
}
