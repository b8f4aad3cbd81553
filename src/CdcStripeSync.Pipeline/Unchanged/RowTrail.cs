using System.Runtime.InteropServices;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Unchanged;

/// <summary>What a look at a settled row needs beside its image, and writes: it lies in the image's room.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RowTrail
{
    /// <summary>No count of changed Links: the row is forgotten.</summary>
    public const long Forgotten = -1;

    /// <summary>The book's count of changed Links when the row was settled.</summary>
    public long Links;

    /// <summary>Offset of the oldest record whose position waits to be written, where one does.</summary>
    public long First;

    public Mark Streamed;
    public Mark Snapshot;

    public readonly bool HasPassed => Streamed.HasPassed || Snapshot.HasPassed;

    public static ref RowTrail Of(byte[] image) => ref MemoryMarshal.AsRef<RowTrail>(image.AsSpan(0, RecordImage.Room));
}
