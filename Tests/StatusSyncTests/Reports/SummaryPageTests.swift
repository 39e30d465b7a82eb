import Foundation
import Testing

@testable import StatusSync

@Suite("Summary page") struct SummaryPageTests {
  @Test("is what it was when it was last looked at")
  func golden() throws {
    try Golden.check(
      SummaryPage.render(.sample), equals: "Tests/StatusSyncTests/Reports/Golden/summary.html")
  }

  @Test("says what is not known instead of 0, with nothing measured at all")
  func empty() {
    let page = SummaryPage.render(PageData(asOf: "2026-03-02T02:00:00Z"))
    #expect(page.contains("no new lead came in"))
    #expect(page.contains("not known yet"))
    #expect(page.firstMatch(of: /[^0-9.]0(\.0)? %/) == nil)
    #expect(!page.contains("nan"))
  }
}
