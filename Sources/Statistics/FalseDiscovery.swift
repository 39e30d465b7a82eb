/// Many tests at once.
package enum FalseDiscovery {
  /// The p-values as q-values, in their order: the smallest share of false findings at which each
  /// would be one (Benjamini and Hochberg 1995; R's `p.adjust(method = "BH")`).
  package static func benjaminiHochberg(_ pValues: [Double]) -> [Double] {
    let descending = pValues.indices.sorted { pValues[$0] > pValues[$1] }
    var adjusted = pValues
    var least = 1.0
    for (place, index) in descending.enumerated() {
      let rank = pValues.count - place
      least = min(least, pValues[index] * Double(pValues.count) / Double(rank))
      adjusted[index] = least
    }
    return adjusted
  }
}
