// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  // Types of ours that are ~Escapable, and functions that return a span, do not compile without it (Swift 6.3).
  .enableExperimentalFeature("Lifetimes"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// A library target of ours: its sources in `Sources/NAME`, the same settings everywhere.
func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests that stand beside `room(NAME)`.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.target(name: name), "TestSupport"] + dependencies, swiftSettings: strict)
}

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let toml = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")
let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let containers = Target.Dependency.product(name: "BasicContainers", package: "swift-collections")
let deques = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
  .product(name: "NIOSSL", package: "swift-nio-ssl"),
]

let package = Package(
  name: "leakwire",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "leakwire", targets: ["leakwire"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ],
  // From the ground up: a target depends only on targets above it in this list (ARCHITECTURE.md).
  targets: [
    .systemLibrary(name: "CLibpcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
    .systemLibrary(name: "CVectorscan", pkgConfig: "libhs", providers: [.apt(["libvectorscan-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CBrotli", pkgConfig: "libbrotlidec", providers: [.apt(["libbrotli-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CPrivileges"),
    .systemLibrary(name: "CByteFlags"),
    room("Wire", ["CByteFlags"]),
    room("Observations", ["Wire"]),
    room("Decompression", ["CZlib", "CBrotli", "CZstd"]),
    room("Decryption", ["Wire", crypto, cryptoExtras]),
    room("Capture", ["CLibpcap", "Wire", "Decompression"]),
    room("Streams", ["Wire"]),
    room("Signatures", ["Wire", yams]),
    room("Matching", ["CVectorscan", "Wire", "Decompression", "Observations", "Signatures", crypto]),
    room("SignatureImport", ["Wire", "Observations", "Signatures", "Matching", toml]),
    room(
      "Protocols",
      [
        "Wire", "Decompression", "Decryption", "Streams", "Signatures", "Matching", "Observations", crypto, asn1,
        deques,
      ]),
    room("Sensor", ["Wire", "Capture", "Streams", "Signatures", "Matching", "Observations", "Protocols", containers]),
    room("Alerts", ["Wire", "Observations"]),
    room("Policies", ["Wire", "Observations", "Signatures", "Alerts", yams]),
    room("Detection", ["Wire", "Signatures", "Observations", "Alerts", "Policies", deques]),
    room("Outputs", ["Wire", "Observations", "Alerts", crypto, log] + nio),
    .executableTarget(
      name: "leakwire",
      dependencies: [
        "Wire", "Decryption", "Capture", "Streams", "Signatures", "Matching", "Observations", "Protocols", "Sensor",
        "Alerts", "Policies", "Detection", "Outputs", "SignatureImport", "CPrivileges", arguments, log, yams,
      ],
      swiftSettings: strict),

    .target(
      name: "TestSupport", dependencies: ["Wire", "Observations", "CZlib", "CZstd"], path: "Tests/TestSupport",
      swiftSettings: strict),
    tests("Wire", []),
    tests("Decompression", ["CZlib", "CZstd"]),
    .testTarget(
      name: "DecryptionTests", dependencies: ["Decryption", "TestSupport", "Wire", crypto],
      exclude: ["record-fixtures"], swiftSettings: strict),
    tests("Capture", ["Wire"]),
    tests("Streams", ["Wire"]),
    tests("Signatures", ["Wire"]),
    tests("Matching", ["Wire", "Decompression", "Observations", "Signatures", crypto]),
    tests("SignatureImport", ["Wire", "Observations", "Signatures", "Matching"]),
    tests(
      "Protocols",
      ["CZlib", "Wire", "Decryption", "Decompression", "Streams", "Signatures", "Matching", "Observations", crypto]),
    tests("Policies", ["Wire", "Observations", "Signatures", "Alerts"]),
    tests("Detection", ["Wire", "Signatures", "Observations", "Alerts", "Policies"]),
    tests("Outputs", ["Wire", "Observations", "Alerts"] + nio),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "leakwire", "TestSupport", "Wire", "Observations", "Capture", "Streams", "Signatures", "Matching", "Sensor",
        "Alerts", "Policies", "Detection",
      ] + nio,
      swiftSettings: strict),
  ]
)

// The fuzz targets are built by Fuzz/run alone: they need libFuzzer, and a `main` that is libFuzzer's.
if Context.environment["LEAKWIRE_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "leakwire-fuzz",
      dependencies: [
        "Wire", "Decompression", "Decryption", "Capture", "Streams", "Signatures", "Matching", "Observations",
        "Protocols", "Sensor", "Alerts", "Detection", "TestSupport", crypto,
      ],
      path: "Fuzz/Sources", swiftSettings: strict))
}

// Built by Benchmarks/bench.py alone.
if Context.environment["LEAKWIRE_BENCHMARK"] != nil {
  package.targets.append(
    .executableTarget(
      name: "matching-benchmark", dependencies: ["Wire", "Signatures", "Matching"], path: "Benchmarks/Matching",
      swiftSettings: strict))
}
