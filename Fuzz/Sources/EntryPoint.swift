import Foundation
import Wire

// What libFuzzer calls: <https://llvm.org/docs/LibFuzzer.html>. The one place where memory that is not Swift's is
// touched.

/// Called once before everything else. `LEAKWIRE_FUZZ_SEEDS`, a folder, asks for seed corpora instead of a run.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
  _ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>>?
) -> CInt {
  if let folder = FuzzEnvironment.seedFolder {
    SeedWriter(folder: folder).writeAll()
    exit(0)
  }
  return 0
}

/// Runs the target that `LEAKWIRE_FUZZ_TARGET` names over one input.
///
/// - Returns: 0, always; what is wrong ends the process.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // SAFETY: libFuzzer lends `count` bytes at `start` for the duration of the call, and nothing keeps them.
  let bytes = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: start, count: count))
  FuzzTarget.chosen.run(bytes)
  return 0
}
