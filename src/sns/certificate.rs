//! Checks signatures with the public key of a certificate.

use ring::signature::{
    RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
    VerificationAlgorithm,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{
    AlgorithmIdentifier, CertificateDer, InvalidSignature, SignatureVerificationAlgorithm, alg_id,
};
use webpki::EndEntityCert;

use crate::sns::SnsError;

/// The digest of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Digest {
    /// SHA-1, which SNS still uses unless a topic is set to version 2.
    Sha1,
    /// SHA-256.
    Sha256,
}

/// RSA with PKCS #1 padding and a digest.
#[derive(Debug)]
struct RsaPkcs1(Digest);

impl SignatureVerificationAlgorithm for RsaPkcs1 {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let algorithm: &dyn VerificationAlgorithm = match self.0 {
            Digest::Sha1 => &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
            Digest::Sha256 => &RSA_PKCS1_2048_8192_SHA256,
        };
        let key = UnparsedPublicKey::new(algorithm, public_key);
        let verified = key.verify(message, signature);
        verified.map_err(|_| InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::RSA_ENCRYPTION
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        // It names the key's algorithm, not the digest, and is not compared with a certificate here.
        alg_id::RSA_PKCS1_SHA256
    }
}

/// Checks that the key of a certificate signed a text. The certificate itself is trusted because it was fetched from
/// SNS over HTTPS.
pub(super) fn check_signature(
    pem: &[u8],
    digest: Digest,
    text: &str,
    signature: &[u8],
) -> Result<(), SnsError> {
    let malformed = || SnsError::rejected("The file at its SigningCertURL isn't a certificate.");
    let certificate = CertificateDer::from_pem_slice(pem).map_err(|_| malformed())?;
    let certificate = EndEntityCert::try_from(&certificate).map_err(|_| malformed())?;
    let algorithm = RsaPkcs1(digest);
    let verified = certificate.verify_signature(&algorithm, text.as_bytes(), signature);
    verified.map_err(|_| {
        SnsError::rejected("Its signature is invalid: the message was changed after SNS signed it.")
    })
}
