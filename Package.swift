// swift-tools-version: 6.2
import PackageDescription

// Release compiles file by file: Swift 6.3.1 ends with "circular reference" when it takes the modules
// of the application whole.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .unsafeFlags(["-no-whole-module-optimization"], .when(configuration: .release)),
]

// `make fuzz`: the parsers are instrumented and the fuzzer is one more program. Never in other builds.
let isFuzzing = Context.environment["STATUS_SYNC_FUZZ"] == "1"
let parsers: [SwiftSetting] =
  strict + (isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer,address"])] : [])
let fuzzers: [Target] =
  isFuzzing
  ? [
    .executableTarget(
      name: "fuzz", dependencies: ["CSV", "Leads", "Upstreams"], path: "Tests/Fuzz",
      swiftSettings: parsers + [.unsafeFlags(["-parse-as-library"])],
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])])
  ] : []

let package = Package(
  name: "status-sync",
  products: [
    .executable(name: "status-sync", targets: ["status-sync"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(
      url: "https://github.com/apple/swift-configuration", exact: "1.4.0",
      traits: [.defaults, "YAML"]),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-distributed-tracing.git", exact: "1.7.3"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
  ],
  targets: [
    // Leaves: each knows one thing and nothing of the rest.
    .target(name: "Leads", swiftSettings: parsers),
    .target(name: "Links", dependencies: ["Leads"], swiftSettings: parsers),
    .target(name: "CBoostMath"),
    .target(name: "Statistics", dependencies: ["CBoostMath", "Leads"], swiftSettings: strict),
    .systemLibrary(
      name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .target(name: "Postgres", dependencies: ["CLibPQ", "Leads"], swiftSettings: strict),
    .target(name: "PrivatePostgres", dependencies: ["Postgres"], swiftSettings: strict),
    .systemLibrary(name: "CLibCSV", providers: [.apt(["libcsv-dev"])]),
    .target(name: "CSV", dependencies: ["CLibCSV"], swiftSettings: parsers),
    .systemLibrary(
      name: "CLibXLSX", pkgConfig: "xlsxwriter", providers: [.apt(["libxlsxwriter-dev"])]),
    .target(name: "Workbook", dependencies: ["CLibXLSX", "Leads"], swiftSettings: strict),
    .systemLibrary(
      name: "CLibCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .target(name: "HTTP", dependencies: ["CLibCurl"], swiftSettings: strict),
    .systemLibrary(
      name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    .target(name: "XML", dependencies: ["CLibXML2"], swiftSettings: parsers),
    .target(
      name: "CSimdjson",
      cxxSettings: isFuzzing ? [.unsafeFlags(["-fsanitize=fuzzer-no-link,address"])] : [],
      linkerSettings: [.linkedLibrary("simdjson")]),

    // The application, each module on those above it.
    .target(
      name: "Settings",
      dependencies: [
        "HTTP", "Leads", "Links",
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .target(
      name: "Store",
      dependencies: [
        "Leads", "Postgres", "PrivatePostgres", "Settings", "Statistics",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ],
      resources: [.embedInCode("SQL"), .embedInCode("Migrations"), .embedInCode("Adoption")],
      swiftSettings: strict),
    .target(
      name: "Upstreams",
      dependencies: [
        "CSimdjson", "HTTP", "Leads", "Links", "Postgres", "Settings", "Store", "XML",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Tracing", package: "swift-distributed-tracing"),
      ],
      swiftSettings: parsers),
    .target(
      name: "Traces",
      dependencies: [
        "HTTP", "Leads", "Settings", "Store",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Tracing", package: "swift-distributed-tracing"),
      ],
      swiftSettings: strict),
    .target(
      name: "Messaging",
      dependencies: [
        "HTTP", "Leads", "Postgres", "Settings", "Store", "Upstreams",
        .product(name: "Logging", package: "swift-log"),
      ],
      resources: [.embedInCode("SQL")],
      swiftSettings: strict),
    .target(
      name: "Changes",
      dependencies: [
        "Leads", "Messaging", "Postgres", "Store", "Upstreams",
        .product(name: "Logging", package: "swift-log"),
      ],
      resources: [.embedInCode("SQL")],
      swiftSettings: strict),
    .target(
      name: "Analytics",
      dependencies: ["Leads", "Postgres", "Statistics", "Store"],
      resources: [.embedInCode("SQL")],
      swiftSettings: strict),
    .target(name: "Outputs", dependencies: ["Leads"], swiftSettings: strict),
    .target(
      name: "Pages", dependencies: ["Leads", "Outputs", "Statistics"], swiftSettings: strict),
    .target(
      name: "Reports",
      dependencies: [
        "Analytics", "CSV", "Leads", "Outputs", "Pages", "Postgres", "Settings", "Store",
        "Workbook",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      resources: [.embedInCode("SQL")],
      swiftSettings: strict),
    .target(
      name: "Pulls",
      dependencies: [
        "CSimdjson", "Leads", "Links", "Postgres", "Settings", "Store", "Upstreams",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Tracing", package: "swift-distributed-tracing"),
      ],
      resources: [.embedInCode("SQL")],
      swiftSettings: strict),
    .target(
      name: "Nightly",
      dependencies: [
        "Analytics", "Changes", "CSV", "Leads", "Links", "Messaging", "Outputs", "Postgres",
        "Pulls", "Reports", "Settings", "Store", "Upstreams",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Tracing", package: "swift-distributed-tracing"),
      ],
      resources: [.embedInCode("SQL")],
      swiftSettings: strict),
    .target(
      name: "Live",
      dependencies: [
        "Analytics", "Changes", "Leads", "Messaging", "Postgres", "Store", "Upstreams",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ],
      resources: [.embedInCode("SQL")],
      swiftSettings: strict),

    // The one place where night and day are put together, and what an operator sees of them.
    .target(
      name: "StatusSync",
      dependencies: [
        "Analytics", "Changes", "HTTP", "Leads", "Links", "Live", "Messaging", "Nightly", "Pages",
        "Postgres", "PrivatePostgres", "Reports", "Settings", "Store", "Upstreams",
        .product(name: "Logging", package: "swift-log"),
      ],
      resources: [.embedInCode("SQL")],
      swiftSettings: strict),
    .target(
      name: "StandIns",
      dependencies: [
        "Leads",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .target(
      name: "VendorStandIns",
      dependencies: [
        "Leads", "Postgres", "StandIns", "XML",
        .product(name: "Hummingbird", package: "hummingbird"),
      ],
      swiftSettings: strict),
    .target(
      name: "Demo",
      dependencies: [
        "HTTP", "Leads", "Nightly", "Postgres", "PrivatePostgres", "Reports", "Settings",
        "StandIns", "StatusSync", "Store", "Upstreams", "VendorStandIns",
      ],
      swiftSettings: strict),
    .target(
      name: "API",
      dependencies: [
        "Changes", "Leads", "Live", "Messaging", "Postgres", "Settings", "StatusSync", "Store",
        "Upstreams",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Tracing", package: "swift-distributed-tracing"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "status-sync",
      dependencies: [
        "API", "Analytics", "Changes", "Demo", "HTTP", "Leads", "Live", "Messaging", "Nightly",
        "Pages", "Postgres", "PrivatePostgres", "Pulls", "Reports", "Settings", "StandIns",
        "StatusSync", "Store", "Traces", "Upstreams",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "benchmark",
      dependencies: [
        "Analytics", "Demo", "HTTP", "Leads", "Nightly", "Postgres", "PrivatePostgres", "Reports",
        "Settings", "StandIns", "StatusSync", "Store", "Upstreams", "VendorStandIns",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["DuckDB", "wrk"],
      swiftSettings: strict),

    // What several test targets need: a database of their own for each test.
    .target(
      name: "TestDatabase", dependencies: ["Postgres", "PrivatePostgres"], swiftSettings: strict),
    .target(name: "TestServer", swiftSettings: strict),

    .testTarget(name: "LeadsTests", dependencies: ["Leads", "Links"], exclude: ["Golden"]),
    .testTarget(
      name: "PostgresTests",
      dependencies: ["Leads", "Postgres", "PrivatePostgres", "TestDatabase"]),
    .testTarget(
      name: "StandInsTests",
      dependencies: ["StandIns", .product(name: "AsyncHTTPClient", package: "async-http-client")]),
    .testTarget(name: "CSVTests", dependencies: ["CSV"]),
    .testTarget(name: "XMLTests", dependencies: ["XML"]),
    .testTarget(name: "HTTPTests", dependencies: ["HTTP", "TestServer"]),
    .testTarget(
      name: "APITests",
      dependencies: [
        "API", "Changes", "Demo", "HTTP", "Live", "Messaging", "Nightly", "Settings", "StandIns",
        "StatusSync", "Store", "TestDatabase", "Traces", "Upstreams",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),
    .testTarget(
      name: "StatusSyncTests",
      dependencies: [
        "Analytics", "Changes", "Demo", "HTTP", "Links", "Live", "Messaging", "Nightly", "Outputs",
        "Pages", "PrivatePostgres", "Pulls", "Reports", "Settings", "StandIns", "Statistics",
        "StatusSync",
        "Store", "TestDatabase", "TestServer", "Traces", "Upstreams", "VendorStandIns", "Workbook",
        "status-sync",
      ],
      exclude: ["Analytics/Reference", "Reports/Golden"]),
  ] + fuzzers,
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
