using System.Runtime.InteropServices;
using CdcStripeSync.Kafka.Native;

namespace CdcStripeSync.DevStack.Kafka;

/// <summary>librdkafka's mock broker API (<c>rdkafka_mock.h</c>), bound by hand: Confluent.Kafka does not expose it.</summary>
internal sealed class MockNative
{
    private const int ProducerType = 0;
    private readonly NewConf _newConf;
    private readonly SetConf _setConf;
    private readonly NewHandle _newHandle;
    private readonly DestroyHandle _destroyHandle;
    private readonly NewCluster _newCluster;
    private readonly DestroyCluster _destroyCluster;
    private readonly Bootstraps _bootstraps;
    private readonly CreateTopic _createTopic;
    private readonly BrokerState _setDown;
    private readonly BrokerState _setUp;
    private readonly FirstJoinDelay _firstJoinDelay;
    private readonly PushErrors _pushErrors;

    private MockNative(IntPtr library)
    {
        _newConf = Bind<NewConf>(library, "rd_kafka_conf_new");
        _setConf = Bind<SetConf>(library, "rd_kafka_conf_set");
        _newHandle = Bind<NewHandle>(library, "rd_kafka_new");
        _destroyHandle = Bind<DestroyHandle>(library, "rd_kafka_destroy");
        _newCluster = Bind<NewCluster>(library, "rd_kafka_mock_cluster_new");
        _destroyCluster = Bind<DestroyCluster>(library, "rd_kafka_mock_cluster_destroy");
        _bootstraps = Bind<Bootstraps>(library, "rd_kafka_mock_cluster_bootstraps");
        _createTopic = Bind<CreateTopic>(library, "rd_kafka_mock_topic_create");
        _setDown = Bind<BrokerState>(library, "rd_kafka_mock_broker_set_down");
        _setUp = Bind<BrokerState>(library, "rd_kafka_mock_broker_set_up");
        _firstJoinDelay = Bind<FirstJoinDelay>(library, "rd_kafka_mock_group_initial_rebalance_delay_ms");
        _pushErrors = Bind<PushErrors>(library, "rd_kafka_mock_push_request_errors_array");
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate IntPtr NewConf();

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int SetConf(IntPtr conf, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, byte[] error, UIntPtr errorSize);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate IntPtr NewHandle(int type, IntPtr conf, byte[] error, UIntPtr errorSize);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void DestroyHandle(IntPtr handle);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate IntPtr NewCluster(IntPtr handle, int brokers);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void DestroyCluster(IntPtr cluster);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate IntPtr Bootstraps(IntPtr cluster);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int CreateTopic(IntPtr cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int partitions, int replicationFactor);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int BrokerState(IntPtr cluster, int broker);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void FirstJoinDelay(IntPtr cluster, int milliseconds);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void PushErrors(IntPtr cluster, short request, UIntPtr count, int[] errors);

    public static MockNative Load() => new(NativeLibrary.Load(LibrdkafkaResolver.LibraryPath));

    public IntPtr CreateHandle()
    {
        var error = new byte[512];
        var conf = _newConf();
        _ = _setConf(conf, "log_level", "3", error, (UIntPtr)error.Length); // this handle only carries the cluster: its warnings are about a client that it is not
        var handle = _newHandle(ProducerType, conf, error, (UIntPtr)error.Length);
        if (handle != IntPtr.Zero) return handle;
        var end = Array.IndexOf(error, (byte)0);
        throw new InvalidOperationException($"librdkafka made no handle for the mock cluster: {System.Text.Encoding.UTF8.GetString(error, 0, end)}");
    }

    public IntPtr CreateCluster(IntPtr handle, int brokers) => _newCluster(handle, brokers);

    public string BootstrapServers(IntPtr cluster) => Marshal.PtrToStringUTF8(_bootstraps(cluster))!;

    /// <returns>0, or librdkafka's error code (36: the topic exists).</returns>
    public int AddTopic(IntPtr cluster, string topic, int partitions) => _createTopic(cluster, topic, partitions, 1);

    public int BrokerDown(IntPtr cluster, int broker) => _setDown(cluster, broker);

    public int BrokerUp(IntPtr cluster, int broker) => _setUp(cluster, broker);

    public void DelayFirstJoin(IntPtr cluster, int milliseconds) => _firstJoinDelay(cluster, milliseconds);

    public void Refuse(IntPtr cluster, short request, int[] errors) => _pushErrors(cluster, request, (UIntPtr)errors.Length, errors);

    public void Destroy(IntPtr cluster, IntPtr handle)
    {
        _destroyCluster(cluster);
        _destroyHandle(handle);
    }

    private static T Bind<T>(IntPtr library, string name)
        where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(library, name));
}
