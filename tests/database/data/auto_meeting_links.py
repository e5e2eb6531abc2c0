"""Generated test data of the table meeting_links. Do not edit: `invoke generate` writes it anew.

Rows are PostgreSQL's COPY text, in the order of the primary key.
"""

from db_workflow.testdata import rows

TABLE = 'meeting_links'
SOURCE = '145b38fa6ed2ec3576c419d6542d867fe3e5758ccc9586677f83bca1a90405e9'
KEY = 'public'
RULES = 'aa58fe7672bcd3c67b95870161452918'
ROWS = 55
DIGEST = 'a8718c4c185629dcbabc1429f58df50f2def7e209afe70d85cbca2b7908bd8b4'

AUTO_MEETING_LINKS_DATA = rows(
    columns=(
        'id',
        'tuition_id',
        'link_type',
        'url',
        'meeting_id',
        'password',
    ),
    text=r'''
02e935bd-7fc6-5687-8299-f7dfbd1aac58	5bb36e13-995e-5c24-b333-3e1eeffc84b0	ZOOM	https://example.test/fmum73geeo6mlodt	55346025361	fbzs6jc7
04cb254a-9e1d-5d71-bf85-63215404f753	5e98f49d-743d-5c27-9ae6-1ab0851a6f3c	GOOGLE_MEET	https://example.test/oxvlspbzfarzudn5	\N	\N
19a581fa-c521-5ad0-b15f-d165d24b52a2	7e727eaa-d8d6-5f41-8da3-13134c5b0d64	ZOOM	https://example.test/bzxjb3fgkzfcamjb	\N	
1ac9bfea-be90-5f9e-91a8-a7abd0206f34	c7c370d8-2ef0-5b76-931f-f69fcc2b025f	GOOGLE_MEET	https://example.test/gnvoovnfosbbbjqf	\N	\N
1b88ce38-46c7-5163-90da-56d0f464b5f5	f0b4dd96-bfdc-5e24-a146-15ae12ae1272	ZOOM	https://example.test/t5qkopu5duqvjfmr	50872912426	vbdt4p75
28609fa3-69ca-535a-a1b8-d1c965e30018	96748adf-8aa4-5d91-a4b4-8ad1859d8788	GOOGLE_MEET	https://example.test/unmuxqfhok24audm	\N	\N
296224e7-1ef6-5f97-ad94-f1ba82a0d086	8bcf8aa0-8d9e-566a-885b-a4f116d0b088	ZOOM	https://example.test/a76oavhiykhymr7e	45472491637	ylkwkv6p
2b04890c-07b6-50d2-8492-dcb5489da58c	22fd90e4-61ad-5538-9a7a-f70b986edaec	ZOOM	https://example.test/u3wgckucpuqjmqb6	13005800352	rvf2s56z
2f9a2642-25c0-597f-9e79-e7e858a5477b	c8562e61-700b-5fa8-9eba-2596c471e977	GOOGLE_MEET	https://example.test/zitrwu65likyx76y	\N	\N
32da0b0e-49d2-530f-986f-d54a01230015	d27ad15d-79fd-5ba9-a88c-29eef0d24d2c	GOOGLE_MEET	https://example.test/pofyikb5wr2m6fho	\N	\N
32da7ca5-cadf-5f52-bc49-c9bf503dddc7	0204e00e-2711-50bf-9cbc-7d917164d7c2	GOOGLE_MEET	https://example.test/omzume37pucicuba	\N	\N
350f06f7-86f4-535f-a4e5-6ad23f155488	3637ddaa-8344-5bdc-a949-e458e412745b	ZOOM	https://example.test/wgm6lw2ov5ttpiyr	03430996895	4koqokm6
3fda3856-f1a5-5261-8eea-b88dfa2b8b5a	19240f3d-f894-5653-bdda-72e2d5ef7c12	ZOOM	https://example.test/ampfpxxdjzhtz635	\N	
427ee9b2-af47-50a8-b8ea-88afcc8aad14	071a8a53-b6a8-5c6c-8b4a-7748929755a1	ZOOM	https://example.test/6j2567fauqk3j2yh	\N	
4554e2d0-37aa-56c7-aa0e-9f65bfc856ed	13e414fb-9c84-58de-9ded-a63adc95941a	ZOOM	https://example.test/klimf4fp3wn6ujuo	\N	
47f37dd9-f484-50ce-82cb-8c38826cbc8b	91536957-e395-532f-86b8-20c6a6abce36	ZOOM	https://example.test/76h6eryywh6kryok	26363119059	ki22co56
48bdfaa5-f3e0-5d89-8de6-9ea09f6a6711	b837e0aa-350f-5b7d-9f13-3ad8aadb68fe	ZOOM	https://example.test/mgmguq5futpkd7wx	40688655511	lvvjtrkq
4962d5c8-4e75-5ae7-9d91-15ac7137ba14	bd58eabf-529a-5c6f-a1db-c8aa2d154ca6	GOOGLE_MEET	https://example.test/iu4epn5h5j2kftbm	\N	\N
4e328a6d-abdc-5d32-85bf-3d55f29742d9	2e6c9a5f-ce6b-5fc7-a2b4-bb6f5936c68b	ZOOM	https://example.test/lprnl23dsuvlxfgx	\N	
58f3ebc2-38b6-5b23-b67b-c360192cb707	fb8c72d9-38c5-5be7-8629-ab6cb5c51218	ZOOM	https://example.test/a5kqes4b6qey5ka7	93144287676	uzpsgtps
5adfa036-19a9-5439-b62f-c84c6e75f560	e6bdd4c9-37e9-53d6-8e07-3d9389c25c7e	GOOGLE_MEET	https://example.test/iyr7m2vzhmaneoq4	\N	\N
5b52be4f-9565-5360-9412-ff8cac0ce994	41456ea2-66f5-5708-9669-aadbc08d7ea8	GOOGLE_MEET	https://example.test/fwoccraiee52lqs6	\N	\N
5ef90fbe-521f-5dfd-8fa0-ac0c145c9e7d	62a080ef-6507-5fd8-9ffa-6acfa5d96c50	GOOGLE_MEET	https://example.test/ggook52ccwm2ufck	\N	\N
605562ea-f90a-5f04-82f2-98377f5ae7c5	e183f1ed-2ba1-5d58-9c03-5985d1370b6b	ZOOM	https://example.test/bzxjb3fgkzfcamjb	\N	
68720a96-c2ba-5d91-bf10-3fbd4c4a52d4	42adc001-7eaf-58fd-b693-b126241a8937	ZOOM	https://example.test/44qmzqniwuj4sbhz	97341957813	a6if35g3
7003dece-cb14-5884-8bc9-b7969764ff04	960f0a39-f6f9-5ca0-b548-564c1da6e737	GOOGLE_MEET	https://example.test/iqamaze2qnykhrr4	\N	\N
7c2a32d7-3f9e-5ab3-a88c-f395f8fb5b2d	e6312e29-1795-5198-a069-dfcad5d72e3a	GOOGLE_MEET	https://example.test/2c2nkifvavubtaav	\N	\N
7e00c25f-7eaf-5c44-bbe7-065f8bd380b8	0b9263ad-af87-5334-85e3-2ebe5bff616c	GOOGLE_MEET	https://example.test/m6r5m6fk5kmnatis	\N	\N
82bab5a2-667a-515d-a4fc-9e629445ad24	2daef88e-91a8-51e9-84cf-f75339ae8fa3	ZOOM	https://example.test/v3dheij5awfwngaj	88266799864	nq7iqv4c
86720439-7545-508f-bc11-0096477d7336	72fe2e7f-3894-5e2e-adfb-26e973089516	GOOGLE_MEET	https://example.test/mh25pdctw77mslil	\N	\N
86963314-c395-5f35-ab67-1a364c463566	83462779-0d38-515c-a7c5-46c9337e1ede	ZOOM	https://example.test/xjgorz3gxd6e7kyd	\N	
87e1dd2a-d91e-5ff3-bd6f-6833eec83a4b	6814740f-64b2-5ae7-a00f-2b0a351a92b1	GOOGLE_MEET	https://example.test/f62iltjfphhpip66	\N	\N
8e339332-c085-5367-9f64-cce95dfa0809	70f41b93-91fa-52d4-9227-be6acd84c7bd	GOOGLE_MEET	https://example.test/x7pfrw34qwjyu5lt	\N	\N
907a1636-045b-53b7-bf84-56fdb0e1ffb3	ef0b34f9-0e92-50e9-a043-269343fc0676	GOOGLE_MEET	https://example.test/kxzfgrrvvnhgx7tm	\N	\N
9ec49cfb-ecd2-54fa-a621-77d3065924c3	c80ee9ac-601d-5b03-a26a-6c98bdc81633	ZOOM	https://example.test/e3d4owtnell5ylgl	\N	
a3084e53-2b89-5c21-a9cd-190ad3f080dc	3816ee57-34c4-53de-8132-c092e1adc6c6	ZOOM	https://example.test/6j2567fauqk3j2yh	\N	
a78474d4-4877-5743-8fa8-b48f0450537d	f67f7f85-1b23-5afc-9645-a16f4f6b06ab	ZOOM	https://example.test/tuof5w2yoootvrml	24610845625	3cddsvqh
b229de88-29e7-5f76-af65-1970519846df	978ff9d4-81d1-5d13-b600-c1e9961bc8db	GOOGLE_MEET	https://example.test/56ms6dez7xdkjbuz	\N	\N
c8422258-4f49-5f25-b426-3112207167f9	7f8f4cad-9fe0-5c52-b9d4-9e0ae760c05d	ZOOM	https://example.test/klimf4fp3wn6ujuo	\N	
cbdf050d-7de2-5166-9d88-a27e05c69549	874a6f7b-a2be-555e-ac60-70c51e30f0a4	GOOGLE_MEET	https://example.test/57b2dyriavoy2wux	\N	\N
d47d1412-941a-5403-89da-45edbbee1df8	dd53a842-2dbf-554a-ab3f-ca5ccb018980	ZOOM	https://example.test/ajedxuydem2hkaej	91230214144	xhaubkfu
d5f044b6-4a49-513f-978a-bd0d9f72a020	d2d8627b-400d-5e79-bf20-db4bcbed0964	ZOOM	https://example.test/6j3gokjacx7s2grc	63781845877	kvevpsi7
d97f059a-00be-52ec-925f-68d24541e538	6148a760-2ab4-599d-9d94-e25e6adf790a	GOOGLE_MEET	https://example.test/wnpbrzyqfzgwv3oo	\N	\N
d9a4ee07-80a4-5b23-acf8-cfe65db7dca7	a2587ea8-b0e2-5032-989d-2308113f6027	ZOOM	https://example.test/ocbmqzmctm55pylb	43555023311	yxpv4lag
df893098-f68a-564b-aa18-6c07dd0be681	2e5671ba-09ec-52d7-8d12-59fe82f14145	GOOGLE_MEET	https://example.test/6hi7dl5lsc2rizbz	\N	\N
e0db61ca-2344-593d-9288-3fb3bfc43be2	acac031a-ecfc-5bea-90d6-146706cfc833	ZOOM	https://example.test/m76232rwpxzcojtc	61995384509	urctcakt
e4181c37-2ff4-5ae1-a764-2708443af199	7edcdc1d-7a42-5c5c-9507-f2957e3eba09	ZOOM	https://example.test/m2ccgqio5ejz3f2u	59345127711	aix7jkdd
e58ddc18-048f-5610-8b87-f954945d4fc7	6f869222-2800-5eee-a4c2-6679791fadb3	ZOOM	https://example.test/dseppvrefq6rtdwk	58330175930	yfkf7gip
f50ea7a9-a5a4-5638-a1f1-c6ae986e61dc	424e4323-651c-57f9-9e39-55bdd733e116	GOOGLE_MEET	https://example.test/e3iu5xkbetdtlxi2	\N	\N
f8be42bc-a4d2-56ac-9d83-50e5b040a13c	4dfd8bbe-819b-5619-84e4-2e4bdf580264	GOOGLE_MEET	https://example.test/6m3ndtljmxt5lt7c	\N	\N
f9369cad-1855-54b6-8465-72e4011cf4f6	c042c824-e15a-52ce-8f92-c0156bee8c0a	GOOGLE_MEET	https://example.test/epo6eaqzv5pdij2e	\N	\N
f9d568df-a930-5119-a9d3-01c361be72c9	247961e5-b5a4-5471-b66f-7fe9377911a0	GOOGLE_MEET	https://example.test/25sau4na3r6q5oes	\N	\N
fa1723f4-b875-5fd4-aef6-6acc6543effe	8d2d28df-8aaf-538a-af63-048d9b27e99b	GOOGLE_MEET	https://example.test/76zutfus7rlmblqp	\N	\N
fc7c3dad-8670-5123-ae6d-5d731b1e92f5	bc620937-253c-557c-98e0-92badb17eb0f	GOOGLE_MEET	https://example.test/l4fhyoom3dmudshm	\N	\N
fccff9f8-fe4c-52e0-a75e-ff012f517653	9c0c2a82-16a6-5c2b-8bfa-bb7d92cb6759	ZOOM	https://example.test/ggdgtwubmw2upuau	53604491990	4phjqdnp
''',
)
