using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace CdcStripeSync.Pipeline.Unchanged;

/// <summary>Tells the processor which memory will be read soon, so that many waits for it pass at once. A hint: it changes nothing, and nothing
/// is told to a processor that takes no such hints from .NET.</summary>
internal static unsafe class Prefetch
{
    private const int LineSize = 64;

    /// <summary>Of one piece of memory: what lies behind, the processor foresees.</summary>
    public const int MostBytes = 1_024;

    /// <summary>The beginning of these bytes: the processor finds out by itself that what follows is read, too.</summary>
    public static void Bytes(ReadOnlySpan<byte> bytes)
    {
        ref var first = ref MemoryMarshal.GetReference(bytes);
        for (var at = 0; at < Math.Min(bytes.Length, MostBytes); at += LineSize) Line(ref Unsafe.AddByteOffset(ref first, at));
    }

    /// <param name="size">Bytes that its fields take, about.</param>
    public static void Object(object content, int size)
    {
        ref var first = ref Unsafe.As<Content>(content).First;
        for (var at = 0; at < size; at += LineSize) Line(ref Unsafe.AddByteOffset(ref first, at));
    }

    /// <summary>All of a structure that is no longer than a line.</summary>
    public static void Whole<T>(ref T place)
        where T : struct
    {
        Line(ref Unsafe.As<T, byte>(ref place));
        Line(ref Unsafe.AddByteOffset(ref Unsafe.As<T, byte>(ref place), Unsafe.SizeOf<T>() - 1));
    }

    private static void Line(ref byte place)
    {
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref place));
    }

    /// <summary>Stands for any object: where its fields begin.</summary>
    private sealed class Content(byte first)
    {
        public byte First = first;
    }
}
