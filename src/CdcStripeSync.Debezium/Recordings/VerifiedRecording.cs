namespace CdcStripeSync.Debezium.Recordings;

/// <summary>How a recording's records compare with what its oracle says of them.</summary>
/// <param name="Equal">Key and value are what the oracle says.</param>
/// <param name="Errors">Records that cannot be decoded, or of which the decoder makes neither a change nor anything that it knows, unless an oracle tells that
/// their bytes were read as they are.</param>
/// <param name="WithoutOracle">Records of which the recording says nothing but their bytes: these were decoded, and compared with nothing.</param>
/// <param name="Findings">The first differences and errors, each with its record and, where the bytes are to blame, schema id, field path and byte offset.</param>
public sealed record VerifiedRecording(int Records, int Equal, int Different, int Errors, int WithoutOracle, IReadOnlyList<string> Findings)
{
    public bool IsFine => Different == 0 && Errors == 0;
}
