import Observations
import Wire

@testable import Protocols

/// Certificates: ASN.1 in DER.
enum CertificateTarget {
  /// What each byte of a certificate may become in text, at most: an attribute of no bytes has a name and an equals.
  private static let growth = 64

  static func run(_ input: RawSpan) {
    var bytes: [UInt8] = []
    bytes.append(input)
    guard let certificate = TLSCertificateReading.read(bytes) else { return }
    require(certificate.alternativeNames.count <= 100, "\(certificate.alternativeNames.count) names")
    let texts = [certificate.subject, certificate.issuer, certificate.serial] + certificate.alternativeNames
    let byteCount = texts.reduce(0) { $0 + $1.utf8.count }
    require(byteCount <= growth * bytes.count, "\(byteCount) bytes of text in \(bytes.count)")
    for time in [certificate.notBefore, certificate.notAfter] {
      require((time?.utf8.count ?? 19) == 19, "a time reads \(time ?? "")")
    }
  }
}
