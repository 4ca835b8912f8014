import Observations
import Wire

/// Finds secrets in one direction of one message, however they are wrapped: in base64, hexadecimal, percent-encoding,
/// escapes of JSON, JavaScript and HTML, quoted-printable, UTF-16, gzip, zlib, zstd and zip, under published keys,
/// backwards or cut up, up to four layers deep.
///
/// What the plain scan finds is reported first and only once. Where the message is cut into pieces changes nothing in
/// what is reported. Work and memory are bounded by `UnwrapLimits`; what is not looked at is counted.
package final class Unwrapper {
  /// All of its state: one look at the object for each piece of the message, not one for each property.
  private var search: MessageSearch

  package init(workshop: UnwrapWorkshop) { search = MessageSearch(workshop: workshop) }

  /// What the message is.
  package var kind: MessageKind {
    get { search.kind }
    set { search.kind = newValue }
  }

  /// Scans the next piece of the message, plainly and for wrapped content. Sightings come in no particular order.
  ///
  /// - Parameter state: of the plain scan; its `offset` is what places are counted in.
  package func scan(
    _ bytes: RawSpan, state: inout ScanState, matcher: inout SecretMatcher, report: (Sighting) -> Void
  ) {
    search.scan(bytes, state: &state, matcher: &matcher, report: report)
  }

  /// The message is over, or a gap follows. Afterwards this value is ready for the next message.
  package func finish(state: inout ScanState, matcher: inout SecretMatcher, report: (Sighting) -> Void) {
    search.finish(state: &state, matcher: &matcher, report: report)
  }

  /// Scans bytes that are a message of their own.
  package func scanWhole(_ bytes: RawSpan, matcher: inout SecretMatcher, report: (Sighting) -> Void) {
    search.scanWhole(bytes, matcher: &matcher, report: report)
  }
}
