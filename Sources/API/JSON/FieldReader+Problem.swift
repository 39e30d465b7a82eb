import Leads
import Live

extension FieldReader {
  /// - Throws: `Problem` where the body is no object.
  init(_ body: JSONValue) throws(Problem) {
    guard let members = body.object else {
      throw Problem(.invalidRequest, errors: ["the body is not an object"])
    }
    self.init(members)
  }

  /// Records the members that were not read.
  /// - Throws: `Problem` with everything that is wrong, where something is.
  mutating func done() throws(Problem) {
    refuseRest()
    guard errors.isEmpty else {
      throw Problem(hasUnknownStatus ? .unknownStatus : .invalidRequest, errors: errors)
    }
  }
}
