import Leads
import Testing

@Suite struct VanishingTests {
  private func gone(
    _ counts: [(Int, Int)], percent: Double = 50, minPopulation: Int = 10
  ) -> Set<Int> {
    let properties = Dictionary(
      uniqueKeysWithValues: counts.enumerated().map {
        ($0.offset, Reappearance(expected: $0.element.0, found: $0.element.1))
      })
    return vanished(properties, percent: percent, minPopulation: minPopulation)
  }

  @Test(
    arguments: [
      ([(40, 40)], []), ([(40, 20)], []), ([(40, 19)], [0]), ([(40, 0)], [0]), ([(40, 90)], []),
      // Too few leads to check one property alone, but enough in total.
      ([(9, 0)], []), ([(10, 0)], [0]), ([(6, 0), (6, 0)], [0, 1]), ([(6, 0), (40, 40)], []),
      // A surplus at one property does not compensate a loss at another.
      ([(6, 0), (6, 60)], []), ([(20, 0), (20, 60)], [0]), ([(0, 0), (0, 5)], []),
    ] as [([(Int, Int)], Set<Int>)])
  func aPullWithoutMostLeadsIsIncomplete(_ counts: [(Int, Int)], _ expected: Set<Int>) {
    #expect(gone(counts) == expected)
  }

  @Test func theShareIsSettable() {
    #expect(gone([(100, 79)], percent: 20) == [0])
    #expect(gone([(100, 80)], percent: 20) == [])
    #expect(gone([(100, 0)], percent: 100) == [])
    #expect(gone([(3, 1)], minPopulation: 0) == [0])
  }
}
