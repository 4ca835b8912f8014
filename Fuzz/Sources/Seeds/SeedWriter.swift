import Foundation

/// Writes the corpora that the targets begin with: a folder for each target, a file for each input.
///
/// They come from the captures of the repository, and from `MadeSeeds` where no capture speaks a protocol.
struct SeedWriter {
  /// Inputs are kept short: libFuzzer does better with many than with long ones.
  static let byteLimit = 16 << 10

  let folder: String

  func writeAll() {
    for target in FuzzTarget.all { makeFolder(target.name) }
    for (target, seeds) in MadeSeeds.all {
      for (number, seed) in seeds.enumerated() { write(seed, target, "made-\(number)") }
    }
    CaptureSeeds(writer: self).writeAll()
  }

  func write(_ bytes: [UInt8], _ target: String, _ name: String) {
    let path = "\(folder)/\(target)/\(name)"
    guard FileManager.default.createFile(atPath: path, contents: Data(bytes.prefix(Self.byteLimit))) else {
      fatalError("cannot write \(path)")
    }
  }

  private func makeFolder(_ name: String) {
    do {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
    } catch {
      fatalError("\(error)")
    }
  }
}
