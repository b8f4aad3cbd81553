using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace CdcStripeSync.Kafka.Native;

/// <summary>Points Confluent.Kafka at the librdkafka that stands beside it, however it came there (package or built from source).</summary>
public static class LibrdkafkaResolver
{
    private const string FileName = "librdkafka.so";

    /// <summary>Full path of the library beside the program.</summary>
    /// <exception cref="DllNotFoundException">It is not there.</exception>
    public static string LibraryPath { get; } = Find();

    /// <summary>Runs once when this assembly loads, before any client is made.</summary>
#pragma warning disable CA2255 // The resolver must stand before Confluent.Kafka's first native call, whoever makes it.
    [ModuleInitializer]
    internal static void Install() => NativeLibrary.SetDllImportResolver(typeof(Library).Assembly, Resolve);
#pragma warning restore CA2255

    /// <summary>Loads this assembly, and with it the resolver: to call before the first Confluent.Kafka type is used.</summary>
    public static void Ensure()
    {
    }

    /// <summary>Confluent.Kafka asks for several names (plain, alpine, centos); only the plain one is ours, so that it binds to exactly one.</summary>
    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == "librdkafka" ? NativeLibrary.Load(LibraryPath) : IntPtr.Zero;

    private static string Find()
    {
        var path = Path.Combine(AppContext.BaseDirectory, FileName);
        return File.Exists(path) ? path : throw new DllNotFoundException($"{path} is missing; build with `make build`, which puts it there");
    }
}
