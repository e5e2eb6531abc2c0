"""Generated test data of the table meeting_links. Do not edit: `invoke generate` writes it anew.

Rows are PostgreSQL's COPY text, in the order of the primary key.
"""

from db_workflow.testdata import rows

TABLE = 'meeting_links'
SOURCE = '145b38fa6ed2ec3576c419d6542d867fe3e5758ccc9586677f83bca1a90405e9'
KEY = 'public'
RULES = 'dc5383c0b77f88d5be72055e2dbbc521'
ROWS = 55
DIGEST = '939c2027e5ac7b028494a6854ca89ed95698fa6fbd1f385bd9ecc64cd525bf65'

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
02e935bd-7fc6-5687-8299-f7dfbd1aac58	5bb36e13-995e-5c24-b333-3e1eeffc84b0	ZOOM	https://example.test/a/pfraqzld?qyr=pr3lxo2uu2kano5j	12896270404	zgm4iunr
04cb254a-9e1d-5d71-bf85-63215404f753	5e98f49d-743d-5c27-9ae6-1ab0851a6f3c	GOOGLE_MEET	https://example.test/33ouaebqiof7meue	\N	\N
19a581fa-c521-5ad0-b15f-d165d24b52a2	7e727eaa-d8d6-5f41-8da3-13134c5b0d64	ZOOM	https://example.test/mn/2v4qiosinchryl4h	\N	
1ac9bfea-be90-5f9e-91a8-a7abd0206f34	c7c370d8-2ef0-5b76-931f-f69fcc2b025f	GOOGLE_MEET	https://example.test/vmhbuwykg333fu7a	\N	\N
1b88ce38-46c7-5163-90da-56d0f464b5f5	f0b4dd96-bfdc-5e24-a146-15ae12ae1272	ZOOM	https://example.test/r/gafumu4q?2da=kdf2bnkci4evsqbs	89015510439	4o3kepe4
28609fa3-69ca-535a-a1b8-d1c965e30018	96748adf-8aa4-5d91-a4b4-8ad1859d8788	GOOGLE_MEET	https://example.test/oyymvu6zu25hj5pr	\N	\N
296224e7-1ef6-5f97-ad94-f1ba82a0d086	8bcf8aa0-8d9e-566a-885b-a4f116d0b088	ZOOM	https://example.test/o/wmc7gwzd?y5q=lvw3ix5ygv67bunw	50776472067	nwfm5ze6
2b04890c-07b6-50d2-8492-dcb5489da58c	22fd90e4-61ad-5538-9a7a-f70b986edaec	ZOOM	https://example.test/e/4ry7xv4x?moj=3r55lpgfs3sah2zu	21531130763	o6ou2icw
2f9a2642-25c0-597f-9e79-e7e858a5477b	c8562e61-700b-5fa8-9eba-2596c471e977	GOOGLE_MEET	https://example.test/pm4vw2clg3xhyn4z	\N	\N
32da0b0e-49d2-530f-986f-d54a01230015	d27ad15d-79fd-5ba9-a88c-29eef0d24d2c	GOOGLE_MEET	https://example.test/opmyqx6ogg6jarib	\N	\N
32da7ca5-cadf-5f52-bc49-c9bf503dddc7	0204e00e-2711-50bf-9cbc-7d917164d7c2	GOOGLE_MEET	https://example.test/4ztnv6hlvhmo237d	\N	\N
350f06f7-86f4-535f-a4e5-6ad23f155488	3637ddaa-8344-5bdc-a949-e458e412745b	ZOOM	https://example.test/7/oavnt55u?ubk=ep6alzixbat7mhrz	45154137009	zjwignnq
3fda3856-f1a5-5261-8eea-b88dfa2b8b5a	19240f3d-f894-5653-bdda-72e2d5ef7c12	ZOOM	https://example.test/2b/3a7cltwpgp6m4mes	\N	
427ee9b2-af47-50a8-b8ea-88afcc8aad14	071a8a53-b6a8-5c6c-8b4a-7748929755a1	ZOOM	https://example.test/7b/rqn6hbnour5d2duj	\N	
4554e2d0-37aa-56c7-aa0e-9f65bfc856ed	13e414fb-9c84-58de-9ded-a63adc95941a	ZOOM	https://example.test/2p/nocakb4mzicm3ish	\N	
47f37dd9-f484-50ce-82cb-8c38826cbc8b	91536957-e395-532f-86b8-20c6a6abce36	ZOOM	https://example.test/e/3umasvjv?5ns=t3dhyn2vrugjr3ks	66833987227	rb4kwjer
48bdfaa5-f3e0-5d89-8de6-9ea09f6a6711	b837e0aa-350f-5b7d-9f13-3ad8aadb68fe	ZOOM	https://example.test/m/3c7ivrgx?sns=fanl7wxlcddomxux	95362982499	cqpo5rlu
4962d5c8-4e75-5ae7-9d91-15ac7137ba14	bd58eabf-529a-5c6f-a1db-c8aa2d154ca6	GOOGLE_MEET	https://example.test/hpoyloccan7iot4k	\N	\N
4e328a6d-abdc-5d32-85bf-3d55f29742d9	2e6c9a5f-ce6b-5fc7-a2b4-bb6f5936c68b	ZOOM	https://example.test/xz/q3vqvcik45qdmzyf	\N	
58f3ebc2-38b6-5b23-b67b-c360192cb707	fb8c72d9-38c5-5be7-8629-ab6cb5c51218	ZOOM	https://example.test/7/upnph6zs?t62=2j35uoxquajhhuct	28673891123	wy7o6wf6
5adfa036-19a9-5439-b62f-c84c6e75f560	e6bdd4c9-37e9-53d6-8e07-3d9389c25c7e	GOOGLE_MEET	https://example.test/dq3icve5v4xclhn4	\N	\N
5b52be4f-9565-5360-9412-ff8cac0ce994	41456ea2-66f5-5708-9669-aadbc08d7ea8	GOOGLE_MEET	https://example.test/5k6zvzqc7clkbued	\N	\N
5ef90fbe-521f-5dfd-8fa0-ac0c145c9e7d	62a080ef-6507-5fd8-9ffa-6acfa5d96c50	GOOGLE_MEET	https://example.test/7kqddlnsgyzw2cli	\N	\N
605562ea-f90a-5f04-82f2-98377f5ae7c5	e183f1ed-2ba1-5d58-9c03-5985d1370b6b	ZOOM	https://example.test/mn/2v4qiosinchryl4h	\N	
68720a96-c2ba-5d91-bf10-3fbd4c4a52d4	42adc001-7eaf-58fd-b693-b126241a8937	ZOOM	https://example.test/k/hmlnmwrt?t2u=x72rnwtgbk23ipf6	83426765961	j7jcgocs
7003dece-cb14-5884-8bc9-b7969764ff04	960f0a39-f6f9-5ca0-b548-564c1da6e737	GOOGLE_MEET	https://example.test/vidtj2in3dp7didm	\N	\N
7c2a32d7-3f9e-5ab3-a88c-f395f8fb5b2d	e6312e29-1795-5198-a069-dfcad5d72e3a	GOOGLE_MEET	https://example.test/rv7cqj4z4ibcqdgk	\N	\N
7e00c25f-7eaf-5c44-bbe7-065f8bd380b8	0b9263ad-af87-5334-85e3-2ebe5bff616c	GOOGLE_MEET	https://example.test/arkjhvwqmq2u3s74	\N	\N
82bab5a2-667a-515d-a4fc-9e629445ad24	2daef88e-91a8-51e9-84cf-f75339ae8fa3	ZOOM	https://example.test/q/mmfjmy7t?r3o=mbdvkys6cqnqcmzw	84271681629	bx5w3ph2
86720439-7545-508f-bc11-0096477d7336	72fe2e7f-3894-5e2e-adfb-26e973089516	GOOGLE_MEET	https://example.test/ugcgyyitjrowj7d2	\N	\N
86963314-c395-5f35-ab67-1a364c463566	83462779-0d38-515c-a7c5-46c9337e1ede	ZOOM	https://example.test/fh/n7tm3hj5ojefh6uu	\N	
87e1dd2a-d91e-5ff3-bd6f-6833eec83a4b	6814740f-64b2-5ae7-a00f-2b0a351a92b1	GOOGLE_MEET	https://example.test/56hqymynmaulla27	\N	\N
8e339332-c085-5367-9f64-cce95dfa0809	70f41b93-91fa-52d4-9227-be6acd84c7bd	GOOGLE_MEET	https://example.test/ymbhhdcuft4d7ioc	\N	\N
907a1636-045b-53b7-bf84-56fdb0e1ffb3	ef0b34f9-0e92-50e9-a043-269343fc0676	GOOGLE_MEET	https://example.test/gpq5rpv52ssnaupf	\N	\N
9ec49cfb-ecd2-54fa-a621-77d3065924c3	c80ee9ac-601d-5b03-a26a-6c98bdc81633	ZOOM	https://example.test/ih/3cga2aldgoytxbya	\N	
a3084e53-2b89-5c21-a9cd-190ad3f080dc	3816ee57-34c4-53de-8132-c092e1adc6c6	ZOOM	https://example.test/7b/rqn6hbnour5d2duj	\N	
a78474d4-4877-5743-8fa8-b48f0450537d	f67f7f85-1b23-5afc-9645-a16f4f6b06ab	ZOOM	https://example.test/q/ocfodqww?xwg=qls6kqekeyd7rlbi	67416527949	pjaagqex
b229de88-29e7-5f76-af65-1970519846df	978ff9d4-81d1-5d13-b600-c1e9961bc8db	GOOGLE_MEET	https://example.test/mwql5ktnyai4wjpy	\N	\N
c8422258-4f49-5f25-b426-3112207167f9	7f8f4cad-9fe0-5c52-b9d4-9e0ae760c05d	ZOOM	https://example.test/2p/nocakb4mzicm3ish	\N	
cbdf050d-7de2-5166-9d88-a27e05c69549	874a6f7b-a2be-555e-ac60-70c51e30f0a4	GOOGLE_MEET	https://example.test/hxxajjswkg6qwjxg	\N	\N
d47d1412-941a-5403-89da-45edbbee1df8	dd53a842-2dbf-554a-ab3f-ca5ccb018980	ZOOM	https://example.test/d/mraieboe?62s=him6yjrwaosbnhvm	13821490777	224gfmyq
d5f044b6-4a49-513f-978a-bd0d9f72a020	d2d8627b-400d-5e79-bf20-db4bcbed0964	ZOOM	https://example.test/3/b3fcbnkf?ep6=psateb5or25njgga	45955289443	chikjzur
d97f059a-00be-52ec-925f-68d24541e538	6148a760-2ab4-599d-9d94-e25e6adf790a	GOOGLE_MEET	https://example.test/hi2ptxnzrviydckv	\N	\N
d9a4ee07-80a4-5b23-acf8-cfe65db7dca7	a2587ea8-b0e2-5032-989d-2308113f6027	ZOOM	https://example.test/a/gnqrxaj5?354=vnziiyysdsx3nuo6	10842196626	zz5kykh5
df893098-f68a-564b-aa18-6c07dd0be681	2e5671ba-09ec-52d7-8d12-59fe82f14145	GOOGLE_MEET	https://example.test/ro6dtvqq2g3cfrmb	\N	\N
e0db61ca-2344-593d-9288-3fb3bfc43be2	acac031a-ecfc-5bea-90d6-146706cfc833	ZOOM	https://example.test/2/htu7cgsd?biq=ee2oclpt3z7sncac	77177821972	gv5z5nxq
e4181c37-2ff4-5ae1-a764-2708443af199	7edcdc1d-7a42-5c5c-9507-f2957e3eba09	ZOOM	https://example.test/e/3mtlby5l?x4s=ocrdfum5araaidws	99857624625	elds7fos
e58ddc18-048f-5610-8b87-f954945d4fc7	6f869222-2800-5eee-a4c2-6679791fadb3	ZOOM	https://example.test/j/bngglkdm?v6h=hgpe5jw25lwgh5zf	88455727916	stjazmgb
f50ea7a9-a5a4-5638-a1f1-c6ae986e61dc	424e4323-651c-57f9-9e39-55bdd733e116	GOOGLE_MEET	https://example.test/zalyau67lhdlonvs	\N	\N
f8be42bc-a4d2-56ac-9d83-50e5b040a13c	4dfd8bbe-819b-5619-84e4-2e4bdf580264	GOOGLE_MEET	https://example.test/f5tpexf54trjd2tn	\N	\N
f9369cad-1855-54b6-8465-72e4011cf4f6	c042c824-e15a-52ce-8f92-c0156bee8c0a	GOOGLE_MEET	https://example.test/xt4hmdobzlo2mcia	\N	\N
f9d568df-a930-5119-a9d3-01c361be72c9	247961e5-b5a4-5471-b66f-7fe9377911a0	GOOGLE_MEET	https://example.test/n6lt6be37muktikv	\N	\N
fa1723f4-b875-5fd4-aef6-6acc6543effe	8d2d28df-8aaf-538a-af63-048d9b27e99b	GOOGLE_MEET	https://example.test/kfdnmew5eghlvk2l	\N	\N
fc7c3dad-8670-5123-ae6d-5d731b1e92f5	bc620937-253c-557c-98e0-92badb17eb0f	GOOGLE_MEET	https://example.test/i6znhyaisle7p5ii	\N	\N
fccff9f8-fe4c-52e0-a75e-ff012f517653	9c0c2a82-16a6-5c2b-8bfa-bb7d92cb6759	ZOOM	https://example.test/w/uzkbbb47?57r=pzvupuibn2whpesn	66826030793	hdhunbc5
''',
)
